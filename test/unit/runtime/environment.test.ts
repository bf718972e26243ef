import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseEnvironment, port, wholeNumber } from '../../../services/runtime/environment.ts';
import { StartError } from '../../../services/runtime/errors.ts';

const SHAPE = {
  EDGE_PORT: port(8080),
  SINK_MAX_ROWS: wholeNumber(100, 1),
  GEO_DATABASE: z.string().optional(),
};

const DEFAULTS = { EDGE_PORT: 8080, SINK_MAX_ROWS: 100 };

describe('an environment', () => {
  test.each([
    ['nothing', {}, DEFAULTS],
    ['empty values, which count as not set', { EDGE_PORT: '', GEO_DATABASE: '' }, DEFAULTS],
    ['undefined values', { EDGE_PORT: undefined }, DEFAULTS],
    ['values', { EDGE_PORT: '0', GEO_DATABASE: '/geo.mmdb' }, { ...DEFAULTS, EDGE_PORT: 0, GEO_DATABASE: '/geo.mmdb' }],
    ["variables that aren't ours", { PATH: '/bin', LEDGE_PORT: 'x', EDGE: 'x' }, DEFAULTS],
  ])('with %s parses', (_what, environment, expected) => {
    expect(parseEnvironment(SHAPE, environment)).toEqual(expected);
  });

  test('can not be changed once parsed', () => {
    expect(Object.isFrozen(parseEnvironment(SHAPE, {}))).toBe(true);
  });

  test.each([
    [{ EDGE_PROT: '1' }, 'EDGE_PROT'],
    [{ EDGE_PROT: '1', SINK_ROWS: '1' }, 'EDGE_PROT, SINK_ROWS'],
    [{ ANONYMIZER_X: '1' }, 'ANONYMIZER_X'],
    [{ ENRICHER_X: '1' }, 'ENRICHER_X'],
    [{ EVENT_LOG_X: '1' }, 'EVENT_LOG_X'],
  ])('with an unknown variable of our own stops the start: %j', (environment, named) => {
    expect(() => parseEnvironment(SHAPE, environment)).toThrow(new StartError(`unknown environment variable ${named}`));
  });

  test.each([
    ['EDGE_PORT', 'eighty'],
    ['EDGE_PORT', '-1'],
    ['EDGE_PORT', '65536'],
    ['EDGE_PORT', '80.5'],
    ['EDGE_PORT', ' '],
    ['EDGE_PORT', '0x50'],
    ['EDGE_PORT', '1e3'],
    ['SINK_MAX_ROWS', '0'],
    ['SINK_MAX_ROWS', 'Infinity'],
  ])('with %s=%s stops the start and names the variable', (name, value) => {
    const parse = () => parseEnvironment(SHAPE, { [name]: value });
    expect(parse).toThrow(StartError);
    expect(parse).toThrow(name);
  });

  test('names all variables that do not parse at once', () => {
    expect(() => parseEnvironment(SHAPE, { EDGE_PORT: 'x', SINK_MAX_ROWS: 'y' })).toThrow(/EDGE_PORT.*SINK_MAX_ROWS/);
  });
});

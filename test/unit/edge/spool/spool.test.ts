import { spawnSync } from 'node:child_process';
import { appendFile, open, stat } from 'node:fs/promises';
import process from 'node:process';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Spool } from '../../../../services/edge/spool/spool.ts';
import { RetryableError } from '../../../../services/runtime/errors.ts';
import { drainTexts, filesOf, openSpool } from '../../../support/spool.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

const report = (text: string, bytes = text.length): Buffer => Buffer.from(text.padEnd(bytes, '.'));

const appendTexts = async (spool: Spool, partition: number, ...texts: readonly string[]): Promise<void> => {
  for (const text of texts) await spool.append(partition, report(text));
};

describe('the spool', () => {
  test('gives back the reports of each partition in order', async () => {
    const spool = await openSpool(await temporaryFolder());
    await appendTexts(spool, 0, 'a', 'b');
    await appendTexts(spool, 1, 'x');
    await appendTexts(spool, 0, 'c');
    expect(spool.depth).toBe(4);
    expect(await drainTexts(spool.of(0), 2)).toEqual(['a', 'b', 'c']);
    expect(await drainTexts(spool.of(1))).toEqual(['x']);
    expect(spool.depth).toBe(0);
  });

  test('keeps the order of reports that come at the same time', async () => {
    const spool = await openSpool(await temporaryFolder());
    const texts = Array.from({ length: 1_000 }, (_, index) => String(index));
    await Promise.all(texts.map((text) => spool.append(0, report(text))));
    expect(await drainTexts(spool.of(0))).toEqual(texts);
  });

  test('flushes a report that comes at the moment when a flush ends', async () => {
    const spool = await openSpool(await temporaryFolder());
    const partition = spool.of(0);
    await partition.append(report('a')).then(() => partition.append(report('b')));
    expect(await drainTexts(partition)).toEqual(['a', 'b']);
  });

  test('loses nothing that comes while it is drained to its end, again and again', async () => {
    const spool = await openSpool(await temporaryFolder());
    const partition = spool.of(0);
    const drained: string[] = [];
    const texts = Array.from({ length: 300 }, (_, index) => String(index));
    const appending = (async () => {
      for (const text of texts) await partition.append(report(text));
    })();
    while (drained.length < texts.length) {
      drained.push(...(await drainTexts(partition, 3)));
      await turn();
    }
    await appending;
    expect(drained).toEqual(texts);
  });

  test('has after a restart what it had before, and not what was drained', async () => {
    const folder = await temporaryFolder();
    const before = await openSpool(folder);
    await appendTexts(before, 0, 'a', 'b', 'c');
    const batch = await before.of(0).next(1, 1_000_000, () => undefined);
    if (batch !== undefined) await before.of(0).drained(batch);
    const { oldestMs } = before;
    await before.close();

    const after = await openSpool(folder);
    expect(after.depth).toBe(2);
    expect(after.oldestMs).toBe(oldestMs);
    await appendTexts(after, 0, 'd');
    expect(await drainTexts(after.of(0))).toEqual(['b', 'c', 'd']);
  });

  test('gives the disk back what was drained', async () => {
    const folder = await temporaryFolder();
    const spool = await openSpool(folder, 1_000_000);
    for (let index = 0; index < 50; index++) await spool.append(0, report(`${index}`, 3_000));
    expect((await filesOf(folder, 0)).length).toBeGreaterThan(20);
    expect(spool.bytes).toBeGreaterThan(150_000);
    expect(await drainTexts(spool.of(0))).toHaveLength(50);
    expect(await filesOf(folder, 0)).toEqual([]);
    expect(spool.bytes).toBe(0);
  });

  test('takes a report that is larger than anything that is read or written at once', async () => {
    const spool = await openSpool(await temporaryFolder());
    const large = report('large', 20_000_000);
    await Promise.all([spool.append(0, report('before')), spool.append(0, large), spool.append(0, report('after'))]);
    expect(await drainTexts(spool.of(0))).toEqual(['before', large.toString(), 'after']);
  });

  test('refuses what would be too much, and takes it when there is room again', async () => {
    const spool = await openSpool(await temporaryFolder(), 2_000);
    await spool.append(0, report('a', 1_000));
    await expect(spool.append(1, report('b', 1_000))).rejects.toThrow(RetryableError);
    expect(await drainTexts(spool.of(0))).toHaveLength(1);
    await spool.append(1, report('b', 1_000));
    expect(spool.depth).toBe(1);
  });

  test('knows how long the oldest report has been there', async () => {
    const spool = await openSpool(await temporaryFolder());
    expect(spool.oldestMs).toBeUndefined();
    const before = Date.now();
    await appendTexts(spool, 1, 'a');
    expect(spool.oldestMs).toBeGreaterThanOrEqual(before);
    expect(spool.of(0).oldestMs).toBeUndefined();
    await drainTexts(spool.of(1));
    expect(spool.oldestMs).toBeUndefined();
  });

  test('does without the end of a write that a kill has cut off', async () => {
    const folder = await temporaryFolder();
    const killed = await openSpool(folder);
    await appendTexts(killed, 0, 'a', 'b');
    await killed.close();
    const [segment = ''] = await filesOf(folder, 0);
    await appendFile(segment, Buffer.from([0, 0, 0, 100, 1, 2, 3]));
    const spool = await openSpool(folder);
    await appendTexts(spool, 0, 'c');
    expect(await drainTexts(spool.of(0))).toEqual(['a', 'b', 'c']);
    expect(await filesOf(folder, 0)).toEqual([]);
  });

  test('sets aside what a damaged disk gives back, and goes on', async () => {
    const folder = await temporaryFolder();
    const written = await openSpool(folder);
    await appendTexts(written, 0, 'a', 'b');
    await written.close();
    const [segment = ''] = await filesOf(folder, 0);
    const file = await open(segment, 'r+');
    await file.write('?', (await stat(segment)).size - 1);
    await file.close();

    const spool = await openSpool(folder);
    await appendTexts(spool, 0, 'c');
    const errors: unknown[] = [];
    const texts: string[] = [];
    for (;;) {
      const batch = await spool.of(0).next(10, 1_000, (error) => errors.push(error));
      if (batch === undefined) break;
      texts.push(...batch.records.map(({ value }) => value.toString()));
      await spool.of(0).drained(batch);
    }
    expect(texts).toEqual(['a', 'c']);
    expect(errors).toHaveLength(1);
    expect(await filesOf(folder, 0)).toEqual([`${segment}.unreadable`]);
  });
});

const canMount =
  spawnSync('sh', ['-c', 'd=$(mktemp -d) && mount -t tmpfs tmpfs "$d" && umount "$d" && rmdir "$d"']).status === 0;
if (!canMount) process.stderr.write('\nSKIPPED: the spool on a full disk\n  mount is not allowed: run as root\n\n');

describe.skipIf(!canMount)('on a full disk', () => {
  test('the spool refuses reports, keeps what it has acknowledged, and drains without new space', async () => {
    const folder = await temporaryFolder();
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
    onTestFinished(() => void spawnSync('umount', ['--lazy', folder]));
    const spool = await openSpool(folder);
    const acknowledged: string[] = [];
    let refused = 0;
    for (let index = 0; index < 2_000; index++) {
      const value = report(`${index}:`, 3_000);
      await spool.append(0, value).then(
        () => acknowledged.push(value.toString()),
        (error: unknown) => {
          expect(error).toBeInstanceOf(RetryableError);
          refused += 1;
        },
      );
    }
    expect(acknowledged.length).toBeGreaterThan(1_000);
    expect(refused).toBeGreaterThan(500);
    await spool.close();

    const after = await openSpool(folder);
    expect(await drainTexts(after.of(0), 10)).toEqual(acknowledged);
    await after.append(0, report('there is room again'));
    expect(after.depth).toBe(1);
  });
});

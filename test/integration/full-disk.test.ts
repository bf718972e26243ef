import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RetryableError } from '../../services/runtime/errors.ts';
import { EmbeddedLog } from '../../services/runtime/log/embedded.ts';
import { requirement } from '../support/requirements.ts';
import { canMount, mountSmallDisk } from '../support/small-disk.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const describeWithMounts = requirement('the right to mount file systems', canMount(), 'run it as root');

const TOPIC = { name: 'raw', consumer: 'reader', replayMs: 60_000 };

/** More than the log leaves free. */
const DISK_BYTES = 256 * 1024 * 1024;

describeWithMounts('the embedded log on a disk that is full', () => {
  test('refuses what is new, keeps what it had, and goes on when there is room', async () => {
    const path = join(await temporaryFolder(), 'log');
    const disk = await mountSmallDisk(path, DISK_BYTES);
    onTestFinished(() => disk.close());
    const onSweepError = (error: unknown): void => {
      throw error;
    };
    const log = new EmbeddedLog({ path, partitions: 1, topics: [TOPIC], maxBytes: DISK_BYTES, onSweepError });
    onTestFinished(() => log.close());
    const append = (text: string): Promise<number> => log.append(TOPIC.name, 0, [Buffer.from(text)]);
    expect(await append('before')).toBe(0);
    await disk.fill();
    // The library under the log would end this process here.
    for (let attempt = 0; attempt < 100; attempt += 1) await expect(append('refused')).rejects.toThrow(RetryableError);
    await disk.free();
    expect(await append('after')).toBe(1);

    const stop = new AbortController();
    const texts: string[] = [];
    await log.consume(TOPIC.name, TOPIC.consumer, stop.signal, async (owned) => {
      while (texts.length < 2) {
        const records = (await owned.next({ records: 10, bytes: 1_000 })) ?? [];
        texts.push(...records.map(({ value }) => value.toString()));
      }
      stop.abort();
    });
    expect(texts).toEqual(['before', 'after']);
  });
});

/** Bytes in front of every value on every topic: a zero, then the schema's id as four bytes, big-endian (Confluent wire format). */
export const PREFIX_BYTES = 5;

/** Writes the prefix for the schema `id` at the start of `target`. */
export const writePrefix = (target: Buffer, id: number): void => {
  target.writeUInt8(0, 0);
  target.writeUInt32BE(id, 1);
};

/** The schema id of a value; undefined when it does not start as one. */
export const schemaIdOf = (value: Buffer): number | undefined =>
  value.length >= PREFIX_BYTES && value[0] === 0 ? value.readUInt32BE(1) : undefined;

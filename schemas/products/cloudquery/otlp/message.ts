import protobuf from 'protobufjs/minimal.js';

/** Reads one message of protobuf from front to end. */
export type Reader = protobuf.Reader;

/** What to do with the fields of a message, by tag: field number and wire type. Other fields are skipped. */
export type Fields<Message> = Readonly<Record<number, (message: Message, reader: Reader) => void>>;

/** The tag of a field of a number or a boolean. */
export const varint = (field: number): number => field << 3;

/** The tag of a field of eight bytes. */
export const fixed64 = (field: number): number => (field << 3) | 1;

/** The tag of a field of text, bytes or another message. */
export const delimited = (field: number): number => (field << 3) | 2;

/**
 * Fills `message` from its bytes. Nothing is kept but what `fields` keep, so that they alone have to have bounds.
 *
 * @throws Error for what is no protobuf.
 */
export const readMessage = <Message>(bytes: Uint8Array, message: Message, fields: Fields<Message>): Message => {
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.tag();
    const read = fields[tag];
    if (read) read(message, reader);
    else reader.skipType(tag & 7, 0, tag >>> 3);
  }
  return message;
};

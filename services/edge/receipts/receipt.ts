/** Where an event stands in the raw log. */
export interface LogPlace {
  readonly partition: number;
  readonly offset: number;
}

/** What a client gets for a report that was accepted. */
export interface Receipt {
  /** A UUID of version 7: 74 of its bits are random, the others tell the time. */
  readonly eventId: string;
  /** Undefined when the report is in the spool and has no place in the log yet. */
  readonly place: LogPlace | undefined;
}

const UUID_V7 = '[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';

const RECEIPT = new RegExp(`^(${UUID_V7})(?:\\.(?:(\\d{1,5})\\.(\\d{1,15})|(spool)))?$`);

/** The receipt as the header `Candor-Receipt` has it: `<event>.<partition>.<offset>`, or `<event>.spool`. */
export const formatReceipt = ({ eventId, place }: Receipt): string =>
  place === undefined ? `${eventId}.spool` : `${eventId}.${place.partition}.${place.offset}`;

/** A receipt as somebody shows it: the whole of it, or the event's id alone. */
export interface ShownReceipt extends Receipt {
  /** Whether the report was spooled when it was accepted. */
  readonly spooled: boolean;
}

/** The receipt in `text`; undefined when it is none. */
export const parseReceipt = (text: string): ShownReceipt | undefined => {
  const [, eventId, partition, offset, spool] = RECEIPT.exec(text) ?? [];
  if (eventId === undefined) return undefined;
  const place = partition === undefined ? undefined : { partition: Number(partition), offset: Number(offset) };
  return { eventId, place, spooled: spool !== undefined };
};

/** When the event's id was made, ms since 1970: the first 48 bits of a UUID of version 7. */
export const timeOf = (eventId: string): number => Number.parseInt(eventId.slice(0, 8) + eventId.slice(9, 13), 16);

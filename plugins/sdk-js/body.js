// Secrets in requests. The platform writes the values; what passes here are tickets for them.

/** Puts a ticket of the interface `secrets` where the platform writes the value: as a header, in the query, as a part of the body. */
export const secret = (ticket) => ({ tag: 'secret', val: ticket });

/**
 * The parts of a body of JSON. `tickets` are those that stand in it as texts; the platform writes their values there, so encode them
 * with `secret.encode('', '', 'json')`.
 */
export function json(value, tickets = []) {
  return tickets.reduce(
    (parts, ticket) => parts.flatMap((part) => (part.tag === 'bytes' ? around(part.val, ticket) : [part])),
    [{ tag: 'bytes', val: JSON.stringify(value) }],
  );
}

function around(text, ticket) {
  return text.split(ticket).flatMap((piece, at) => (at === 0 ? [{ tag: 'bytes', val: piece }] : [secret(ticket), { tag: 'bytes', val: piece }]));
}

/** Domains of services that carry anybody's mail; that of any other mail server names the organisation that runs it. */
const MAIL_SERVICES: ReadonlySet<string> = new Set([
  'amazonaws.com',
  'brevo.com',
  'gmail.com',
  'gmx.net',
  'google.com',
  'icloud.com',
  'mailgun.org',
  'mailjet.com',
  'mandrillapp.com',
  'office365.com',
  'outlook.com',
  'postmarkapp.com',
  'sendgrid.net',
  'sendinblue.com',
  'sparkpostmail.com',
  'yahoo.com',
  'yandex.ru',
  'zoho.com',
  'zoho.eu',
]);

/** What servers say in place of a domain, such as `NOT_SET`. */
const NO_DOMAIN = /^[A-Z_]+$/;

/** The domain of a mail server where it names a service or nothing at all, else a marker. */
export const withoutOrganization = (domain: string): string =>
  NO_DOMAIN.test(domain) || MAIL_SERVICES.has(domain.toLowerCase()) ? domain : '[domain]';

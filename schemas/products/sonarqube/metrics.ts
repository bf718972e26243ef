import { z } from 'zod';
import { decimal, flag, freeText, identifier, installationId, list, pseudonym, word } from '../../pack/field.ts';
import { SHAPES } from '../../pack/shape.ts';
import { withoutOrganization } from './mail-services.ts';

/** What the values of one report are about. A new one needs a table, so it is refused until there is one. */
const DIMENSIONS = ['installation', 'user', 'project', 'language', 'analysis'] as const;

/** The one text that names an organisation by intent: the domain of its mail server. */
const MAIL_DOMAIN_KEY = 'email_conf_host';

/** One value. Its type decides between whole and fractional numbers, which JSON does not tell apart. */
const metricValue = z
  .object({
    key: word('usage', 'Which fact a value states', SHAPES.dotted),
    value: z
      .union([
        flag('usage', 'Which features are used'),
        decimal('usage', 'How much features are used'),
        freeText('How the installation is set up'),
      ])
      .nullish(),
    type: word('configuration', 'How a value is to be read').nullish(),
    granularity: word('configuration', 'How often a value is sent').nullish(),
    user_uuid: pseudonym('Tells the users of one instance apart').nullish(),
    project_uuid: pseudonym('Tells the projects of one instance apart').nullish(),
    language: word('usage', 'Which languages are analyzed').nullish(),
    analysis_type: word('usage', 'Which kinds of analysis are used').nullish(),
    fix_suggestion_uuid: pseudonym('Which facts belong to one suggested fix').nullish(),
  })
  // Not a transform: the scrubbing finds free text in an object's fields, and a transform hides them.
  .overwrite((metric) =>
    metric.key === MAIL_DOMAIN_KEY && typeof metric.value === 'string'
      ? { ...metric, value: withoutOrganization(metric.value) }
      : metric,
  );

/**
 * What a server since 10.7 sends beside its report: values of one dimension, one request each; since 2025 a request has at most
 * 10,000 of them.
 */
export const metrics = z.object({
  message_uuid: identifier('Telling the messages of one server apart').nullish(),
  installation_id: installationId('Correlates the reports of one server over time'),
  dimension: z.enum(DIMENSIONS).meta({ class: 'usage', purpose: 'What the values are about' }),
  metric_values: list(metricValue),
});

/** Values that passed their contract. */
export type Metrics = z.output<typeof metrics>;

/** One value that passed its contract. */
export type MetricValue = Metrics['metric_values'][number];

import type { Detector } from '../detectors.ts';

/** Vendors' tokens: what they begin with, and what follows. */
const TOKENS: readonly (readonly [start: string, rest: string])[] = [
  ['gh[oprsu]_', '[A-Za-z0-9]{20,255}'], // GitHub
  ['github_pat_', String.raw`\w{20,255}`],
  ['gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|oas)-', String.raw`[\w.-]{20,300}`], // GitLab
  ['sq[apu]_', '[a-f0-9]{40}'], // SonarQube
  ['odt_', String.raw`\w{8,64}`], // Dependency-Track
  ['A(?:KIA|SIA|BIA|CCA)', '[A-Z0-9]{16}'], // AWS
  ['AIza', String.raw`[\w-]{35}`], // Google
  [String.raw`ya29\.`, String.raw`[\w-]{20,1024}`],
  ['GOCSPX-', String.raw`[\w-]{20,64}`],
  ['xox[abeoprs]-', String.raw`[\w-]{10,255}`], // Slack
  ['xapp-', String.raw`[\w-]{10,255}`],
  ['[prs]k_(?:live|test)_', '[A-Za-z0-9]{10,128}'], // Stripe
  ['whsec_', '[A-Za-z0-9+/=]{16,128}'],
  ['SK', '[0-9a-f]{32}'], // Twilio
  [String.raw`SG\.`, String.raw`[\w-]{16,64}\.[\w-]{16,64}`], // SendGrid
  ['npm_', '[A-Za-z0-9]{36}'],
  ['pypi-', String.raw`[\w-]{50,512}`],
  ['do[opr]_v1_', '[a-f0-9]{64}'], // DigitalOcean
  [String.raw`hv[bs]\.`, String.raw`[\w-]{20,255}`], // HashiCorp
  ['AT(?:ATT3|BB|CTT3)', String.raw`[\w=-]{20,255}`], // Atlassian
  ['shp(?:at|ca|pa|ss)_', '[a-fA-F0-9]{32}'], // Shopify
  ['sk-', String.raw`(?:ant-|proj-|svcacct-)?[A-Za-z0-9](?=[\w-]{0,32}\d)[\w-]{19,255}`], // OpenAI, Anthropic
  ['hf_', '[A-Za-z0-9]{30,64}'], // Hugging Face
  ['dckr_pat_', String.raw`[\w-]{20,64}`],
  ['dapi', '[a-f0-9]{32}'], // Databricks
  ['gl(?:c|sa)_', String.raw`[\w+/=]{20,512}`], // Grafana
  ['lin_api_', '[A-Za-z0-9]{32,64}'],
  ['NRAK-', '[A-Z0-9]{27}'], // New Relic
  ['PMAK-', '[a-f0-9]{24}-[a-f0-9]{34}'], // Postman
  ['pul-', '[a-f0-9]{40}'], // Pulumi
  ['sntry[su]_', String.raw`[\w+/=-]{20,512}`], // Sentry
  ['sbp_', '[a-f0-9]{40}'], // Supabase
  ['tskey-', String.raw`[\w-]{16,128}`], // Tailscale
  ['AGE-SECRET-KEY-', '1[A-Z0-9]{40,80}'],
];

const STARTS = TOKENS.map(([start]) => start);

/** Most end with a mark, which is looked for first: it is rarer than the letters in front of it. */
const MARKED = STARTS.filter((start) => /[_.-]$/.test(start)).join('|');
const UNMARKED = STARTS.filter((start) => !/[_.-]$/.test(start)).join('|');

/** Tokens that are known by their form alone. */
export const VENDOR_TOKENS: readonly Detector[] = [
  {
    name: 'token',
    hint: new RegExp(`[_.-](?<=${MARKED})[A-Za-z0-9_-]{8}|(?:${UNMARKED})[A-Za-z0-9_-]{8}`),
    patterns: [
      new RegExp(String.raw`(?<![\w-])(?:${TOKENS.map(([start, rest]) => `(?:${start})${rest}`).join('|')})`, 'g'),
    ],
  },
  {
    // Those that begin as anything does: Terraform Cloud, Telegram, and the webhooks of Slack and Discord.
    name: 'token',
    hint: /\.atlasv1\.|:AA[\w-]{32}|hooks\.slack\.com|\/api\/webhooks\//,
    patterns: [
      /(?<![\w-])[\w-]{14}\.atlasv1\.[\w-]{60,80}|(?<!\w)\d{8,10}:AA[\w-]{32,64}/g,
      /(\bhooks\.slack\.com\/[a-z]{1,20}\/|\/api\/webhooks\/\d{10,24}\/)[\w/-]{20,128}/g,
    ],
  },
];

import { readFile } from 'node:fs/promises';

/** A page of the documentation, by its path from the root of the repository. */
export const readPage = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The cells of every row of every table of a page, without heads and rules; code marks taken off. */
export const tableRows = (page: string): string[][] => {
  const rows = page.split('\n').filter((line) => line.startsWith('|'));
  const isRule = (line: string | undefined): boolean => /^\|[\s:|-]+\|$/.test(line ?? '');
  return rows
    .filter((line, index) => !isRule(line) && !isRule(rows[index + 1]))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
};

/** The blocks of code of one language on a page. */
export const codeBlocks = (page: string, language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, code = '']) => code);

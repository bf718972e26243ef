import { describe, expect, test } from 'vitest';
import { scrubbed } from '../../../support/scrubbed.ts';

const PEM = '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA\nabc+/=\n-----END RSA PRIVATE KEY-----';
const ENCRYPTED_PEM =
  '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B2C\n\nMIIEpAIBAAKCAQEA\n-----END RSA PRIVATE KEY-----';
const KEY_LINE = 'b1XvT3qQ9hZ0KpYw8sLrN5cMdE2fGjHkUaViWoRtSzBxCyDlFmPnQ7Iu6O4A+/eJ';
const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r';
const HEX_40 = '0123456789abcdef0123456789abcdef01234567';

describe('a secret is replaced', () => {
  test.each<[string, string, string]>([
    ['pem', `key ${PEM} end`, 'key [pem] end'],
    ['pem', '-----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA that was cut', '[pem]'],
    ['pem', '-----BEGIN PRIVATE KEY-----\\nMIIEpAIBAAKCAQEA\\n-----END PRIVATE KEY-----\\n', '[pem]\\n'],
    ['pem', `${ENCRYPTED_PEM}; next`, '[pem]; next'],
    ['pem', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\n-----END OPENSSH PRIVATE KEY-----', '[pem]'],
    [
      'pem',
      '-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\nlQdGBF\n-----END PGP PRIVATE KEY BLOCK-----',
      '[pem]',
    ],
    ['pem', `the key\n${KEY_LINE}\nfollows`, 'the key\n[pem]\nfollows'],
    ['pem', `"MIIEvQIBADANBgkqhkiG9w0BAQEFAASC${KEY_LINE.replaceAll('+', 'x')}"`, '"[pem]"'],
    ['jwt', `at ${JWT};`, 'at [jwt];'],
    ['jwt', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx and no more', '[jwt] and no more'],
    ['jwt', 'eyJhbGciOiJSU0EtT0FFUCJ9.OKOawDo13gRp.48V1_ALb6US0.5eym8TW_c8Su.XFBoMYUZodetZdvT', '[jwt]'],
    [
      'url-credentials',
      'postgres://sonar:s3cret@localhost:5432/sonar',
      'postgres://[url-credentials]@localhost:5432/sonar',
    ],
    ['url-credentials', 'redis://:s3cret@localhost:6379', 'redis://[url-credentials]@localhost:6379'],
    ['url-credentials', 'mongodb+srv://u:p%40x@localhost', 'mongodb+srv://[url-credentials]@localhost'],
    ['url-credentials', 'postgres://user:p@ss@localhost/x', 'postgres://[url-credentials]@localhost/x'],
    ['url-credentials', 'postgres://user:p/ss@localhost/x', 'postgres://[url-credentials]@localhost/x'],
    ['url-credentials', 'https://x0k3n@localhost/', 'https://[url-credentials]@localhost/'],
    ['url-credentials', 'sonar:s3cret@tcp(localhost:3306)/sonar', '[url-credentials]@tcp(localhost:3306)/sonar'],
    ['url-credentials', 'guest:guest@localhost:5672', '[url-credentials]@localhost:5672'],
    [
      'url-credentials',
      'jdbc:oracle:thin:scott/tiger@//localhost:1521/x',
      'jdbc:oracle:thin:[url-credentials]@//localhost:1521/x',
    ],
    ['secret', 'jdbc:h2:mem:x;PASSWORD=s3cret;MODE=x', 'jdbc:h2:mem:x;PASSWORD=[secret];MODE=x'],
    ['secret', 'password: hunter', 'password: [secret]'],
    ['secret', 'passwd = hunter2, retrying', 'passwd = [secret], retrying'],
    ['secret', 'PGPASSWORD=s,3)cret psql', 'PGPASSWORD=[secret] psql'],
    ['secret', '{"password":"two words", "n":1}', '{"password":"[secret]", "n":1}'],
    ['secret', '{"password":"a\\"b"}', '{"password":"[secret]"}'],
    ['secret', '{\\"password\\":\\"s3cret\\"}', '{\\"password\\":\\"[secret]\\"}'],
    ['secret', '{ apiKey: \'it is "quoted"\' }', "{ apiKey: '[secret]' }"],
    ['secret', 'x-hasura-admin-secret: mysecret', 'x-hasura-admin-secret: [secret]'],
    ['secret', 'AccountKey=Zm9v+YmFy/A==;EndpointSuffix=x', 'AccountKey=[secret];EndpointSuffix=x'],
    ['secret', 'client_secret=abc&grant_type=x', 'client_secret=[secret]&grant_type=x'],
    ['secret', '/callback?code=4/0AX4XfWh&state=1', '/callback?code=[secret]&state=1'],
    ['secret', '/blob?sv=2022&sig=a%2Fb%3D&se=1', '/blob?sv=2022&sig=[secret]&se=1'],
    ['secret', '/x?X-Amz-Signature=abcdef01&X-Amz-Date=2', '/x?X-Amz-Signature=[secret]&X-Amz-Date=2'],
    ['secret', 'token: 9f8e7d6c5b4a was refused', 'token: [secret] was refused'],
    ['secret', '(secret=abc)', '(secret=[secret])'],
    ['bearer', 'Authorization: Bearer abc.def-ghi_jkl', 'Authorization: [bearer]'],
    ['bearer', 'authorization: basic dXNlcjpwYXNz', 'authorization: [bearer]'],
    ['bearer', '"Authorization":"ApiKey a1b2c3d4"', '"Authorization":"[bearer]"'],
    ['cookie', 'Set-Cookie: sid=abc; Path=/\nnext', 'Set-Cookie: [cookie]\nnext'],
    ['token', 'ghp_0123456789abcdefghij0123456789abcdef', '[token]'],
    ['token', `squ_${HEX_40} was refused`, '[token] was refused'],
    ['token', 'github_pat_11AAAAAAA0123456789_abcdefghijklmnop', '[token]'],
    ['token', 'glpat-abcdefghijklmnopqrst', '[token]'],
    ['token', 'AKIAIOSFODNN7EXAMPLE', '[token]'],
    ['token', 'ASIAIOSFODNN7EXAMPLE', '[token]'],
    ['token', 'xoxb-123456789012-abcdefghij', '[token]'],
    ['token', 'odt_abcdefgh', '[token]'],
    ['token', 'AIzaSyA0123456789abcdefghijklmnopqrstuv', '[token]'],
    ['token', 'sk_live_0123456789abcdefghij', '[token]'],
    ['token', 'sk-proj-abcdefghij0123456789ABCDEFGHIJ', '[token]'],
    ['token', 'npm_0123456789abcdefghij0123456789abcdef', '[token]'],
    ['token', 'hvs.CAESIJ0123456789abcdefghij', '[token]'],
    ['token', `dop_v1_${HEX_40}0123456789abcdef01234567`, '[token]'],
    ['token', 'SG.abcdefghijklmnop.qrstuvwxyz012345', '[token]'],
    ['token', '123456789:AAabcdefghijklmnopqrstuvwxyz01234567', '[token]'],
    ['token', 'hf_abcdefghijklmnopqrstuvwxyzABCDEFGH', '[token]'],
  ])('%s: %s', (detector, text, clean) => {
    expect(scrubbed(text)).toEqual({ text: clean, found: { [detector]: 1 } });
  });
});

describe('survives', () => {
  test.each([
    ['a mention of a bearer', 'the bearer of news; Bearer token missing'],
    ['a failed login', 'Basic authentication failed'],
    ['what a password must be', 'password: must be at least 8 characters; Password is required'],
    ['no password', 'password=null, password: undefined'],
    ['an error of JavaScript', 'SyntaxError: Unexpected token: punc (}), Unexpected token < in JSON at position 0'],
    ['a type of TypeScript', '{ token: string; signature: boolean }'],
    ['a limit of tokens', 'max_tokens=4096 tokenizer=bpe'],
    ['a property of a secret', 'secret.length === 0, password.value'],
    ['a foreign key', 'violates foreign key constraint "fk_orders", Key (id)=(5) is not present'],
    ['a header that is not there', 'authorization: failed, missing header Authorization'],
    ['a cookie that is not there', 'cookie: not found'],
    ['a public mark', 'a line of ----- dashes -----'],
    ['a hash', 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['a hash on a line of its own', 'hash\ne3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n'],
    ['the integrity of a script', 'sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC'],
    ['a commit', HEX_40],
    ['a long name of a class', 'org/springframework/boot/autoconfigure/web/servlet/WebMvcAutoConfiguration'],
    ['a URL with a port', 'http://localhost:3000/@fs/app/main.ts'],
    ['a question of a URL', 'http://localhost/?page=2&sort=key&keyword=code'],
  ])('%s: %s', (_what, text) => {
    expect(scrubbed(text)).toEqual({ text, found: {} });
  });
});

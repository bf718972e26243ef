import { describe, expect, test } from 'vitest';
import { scrubbed } from '../../../support/scrubbed.ts';

describe('a host is replaced', () => {
  test.each<[string, string]>([
    ['https://db.example.com:8443/a@b/c', 'https://[host]:8443/a@b/c'],
    ['at f (https://console.example.com/main.js:10:5)', 'at f (https://[host]/main.js:10:5)'],
    ['http://hasura/v1/graphql', 'http://[host]/v1/graphql'],
    ['http://bücher.example/x', 'http://[host]/x'],
    ['mongodb://a.example.com:27017,b.example.com:27017/db', 'mongodb://[host]/db'],
    ['jdbc:sqlserver://db01\\sql:1433;x=1', 'jdbc:sqlserver://[host]\\sql:1433;x=1'],
    ['jdbc:oracle:thin:@db01:1521:orcl', 'jdbc:oracle:thin:@[host]:1521:orcl'],
    ['ip-10-0-0-12.ec2.internal', '[host]'],
    ['on ip-10-0-0-12', 'on [host]'],
    ['ec2-203-0-113-9.compute-1.amazonaws.com', '[host]'],
    ['i-0123456789abcdef0 is gone', '[host] is gone'],
    ['vm-1.us-central1-a.c.project.internal', '[host]'],
    ['db.default.svc.cluster.local', '[host]'],
    ['DESKTOP-AB12CD3 said', '[host] said'],
    ['WIN-ABCDEFGH123', '[host]'],
    ['Alices-MacBook-Pro.local', '[host]'],
    ['Alices-MBP', '[host]'],
    ['printer.local', '[host]'],
    ['db01.corp.example.com', '[host]'],
    ['db01.acme.de:5432 refused', '[host]:5432 refused'],
    ['getaddrinfo ENOTFOUND db01', 'getaddrinfo ENOTFOUND [host]'],
    ['getaddrinfo EAI_AGAIN hasura-db', 'getaddrinfo EAI_AGAIN [host]'],
    ['java.net.UnknownHostException: db01', 'java.net.UnknownHostException: [host]'],
    ['dial tcp: lookup db01: no such host', 'dial tcp: lookup [host]: no such host'],
    ['could not translate host name "db01" to address', 'could not translate host name "[host]" to address'],
    ['connection to server at "db01", port 5432', 'connection to server at "[host]", port 5432'],
    ['host=db01 port=5432', 'host=[host] port=5432'],
    ['Data Source=db01;Initial Catalog=x', 'Data Source=[host];Initial Catalog=x'],
    ['hostname: db01', 'hostname: [host]'],
    ['\\\\fileserver\\share\\x', '\\\\[host]\\share\\x'],
    ['"\\\\\\\\fileserver\\\\share"', '"\\\\\\\\[host]\\\\share"'],
    ['Linux db01 5.15.0-1084-aws #91 SMP', 'Linux [host] 5.15.0-1084-aws #91 SMP'],
    [
      'Ubuntu 20.04.6 LTS (Focal Fossa) (Linux build-box 5.4.0-150-generic #167 SMP x86_64)',
      'Ubuntu 20.04.6 LTS (Focal Fossa) (Linux [host] 5.4.0-150-generic #167 SMP x86_64)',
    ],
    ['Darwin alices-mac 22.6.0 Darwin Kernel Version 22.6.0', 'Darwin [host] 22.6.0 Darwin Kernel Version 22.6.0'],
    ['FreeBSD box 13.2-RELEASE', 'FreeBSD [host] 13.2-RELEASE'],
  ])('%s', (text, clean) => {
    expect(scrubbed(text)).toEqual({ text: clean, found: { host: 1 } });
  });

  test('with the user of MySQL in front of it', () => {
    const text = "Access denied for user 'alice'@'db01' (using password: YES)";
    expect(scrubbed(text).text).toBe("Access denied for user '[user]'@'[host]' (using password: [secret])");
  });
});

describe('survives', () => {
  test.each([
    ['a class of Java', 'org.sonar.server.platform.web.WebServiceFilter java.net.ConnectException'],
    ['a package of Java', 'at org.apache.http.conn.ssl (com.acme.internal.Foo)'],
    ['a frame of Java', 'at com.acme.Main.run(Main.java:178) ~[app-1.2.3.jar:1.2.3]'],
    ['a frame of a browser', 'at e (main.4f2a1c.chunk.js:10:5) vendor.min.js:77'],
    ['a frame of Go', 'net/http/server.go:2109 +0x1f'],
    ['a frame of Erlang', 'emqx_mgmt.erl:123'],
    ['a chain of properties', 'this.props.items.map is not a function, window.location.href'],
    ['a package', 'socket.io asp.net vert.x node.js'],
    ['the machine itself', 'http://localhost:8080/console connect ECONNREFUSED localhost:5432'],
    ['a public site', 'https://reactjs.org/docs/error-decoder.html?invariant=31 https://www.w3.org/2000/svg'],
    ['a module of a bundle', 'webpack://hasura-console/./src/x.js webpack:///./src/y.js'],
    ['a file', 'file:///srv/app.js'],
    ['coordinates of Maven', 'org.apache.commons:commons-lang3:3.12.0 com.acme:tool:1.0'],
    ['a distribution of Linux', 'Linux Mint 21.1 Oracle Linux Server 8.6 Amazon Linux AMI 2018.03'],
    ['a kernel', 'Linux version 5.4.0-150-generic, Linux kernel 5.4.181'],
    ['a platform', 'x86_64-pc-linux-gnu linux/amd64 Darwin 22.6.0'],
    ['a host that is not there', 'host: not found, hostname is required, lookup failed'],
    ['a regular expression', '\\\\d+\\\\w* \\\\u0041\\\\u0042'],
    ['a line end in a text that was escaped', 'C:\\\\temp\\\\new'],
    ['an instance of EC2 in prose', 'an m5.large in us-east-1a'],
    ['a table', 'relation "public.orders" does not exist'],
    ['a setting', 'sonar.host.url, spring.datasource.url'],
    ['a date in a name', 'backup-2024-11-21-12'],
  ])('%s: %s', (_what, text) => {
    expect(scrubbed(text)).toEqual({ text, found: {} });
  });
});

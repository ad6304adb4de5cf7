import { expect, test } from 'vitest';
import { parseS3Url } from '#runtime/snapshot/s3-url.ts';

test('bucket, prefix and where the server is', () => {
  expect(parseS3Url('s3://my-bucket')).toEqual({
    ...{ bucket: 'my-bucket', prefix: '', endpoint: null, region: null, pathStyle: false },
  });
  expect(parseS3Url('s3://my-bucket/a/b/?region=eu-central-1')).toEqual({
    ...{ bucket: 'my-bucket', prefix: 'a/b/', endpoint: null, region: 'eu-central-1' },
    pathStyle: false,
  });
  expect(parseS3Url('s3://b-1/p?endpoint=http://127.0.0.1:7070')).toEqual({
    ...{ bucket: 'b-1', prefix: 'p/', endpoint: 'http://127.0.0.1:7070', region: 'us-east-1' },
    pathStyle: true,
  });
  expect(parseS3Url('s3://b-1?endpoint=https%3A%2F%2Fs3.local&path-style=false')).toMatchObject({
    ...{ endpoint: 'https://s3.local', pathStyle: false },
  });
});

test.each([
  ['s3:bucket', 's3://bucket'],
  ['s3://', 'bucket'],
  ['s3://Upper', 'bucket'],
  ['s3://a', 'bucket'],
  ['s3://bucket/../x', 'prefix'],
  ['s3://bucket/a//b', 'prefix'],
  ['s3://bucket/a b', 'prefix'],
  [`s3://bucket/${'x'.repeat(600)}`, '512 bytes'],
  ['s3://key:secret@bucket/p', 'AWS_ACCESS_KEY_ID'],
  ['s3://bucket?secret=secret', 'endpoint, region, path-style'],
  ['s3://bucket?region=', 'no value'],
  ['s3://bucket?region=a&region=b', 'twice'],
  ['s3://bucket?endpoint=127.0.0.1', 'endpoint'],
  ['s3://bucket?endpoint=ftp://x', 'endpoint'],
  ['s3://bucket?endpoint=http://u:secret@x', 'credentials'],
  ['s3://bucket?endpoint=http://x/path', 'scheme, host and port'],
  ['s3://bucket?path-style=yes', 'true'],
  ['s3://bucket#secret', 's3://bucket'],
])('%s is refused', (url, said) => {
  expect(() => parseS3Url(url)).toThrow(said);
  try {
    parseS3Url(url);
  } catch (error) {
    expect((error as Error).message).not.toMatch(/secret[@=&]|:secret|#secret/);
    expect(error).toMatchObject({ code: 'WEIR_SNAPSHOT_UNKNOWN_STORE' });
  }
});

import { z } from 'zod';

export const errorShape = z
  .object({
    code: z.string().describe('Never changes and is never used again; see errors.md.'),
    message: z.string().describe('What was wrong, and where.'),
    hint: z.string().describe('What to do.'),
  })
  .meta({ id: 'Error', description: 'Why something could not be done.' });

export type ErrorAnswer = z.infer<typeof errorShape>;

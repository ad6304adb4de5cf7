import { errorCatalogue } from '#protocol/errors.ts';

/** The models' errors. */
export const modelsErrors = errorCatalogue('WEIR_MODELS', {
  BAD_ARTIFACT: {
    cause: 'A model artifact is unreadable, incomplete, or not as it was when it was trained.',
    remedy: 'Restore the file from version control, or train anew with `npm run train`.',
  },
  OTHER_FEATURES: {
    cause: 'A model was trained on another feature set than the one that this code computes.',
    remedy: 'Train anew with `npm run train`, or use the code version that the model is of.',
  },
  UNKNOWN_MODEL: {
    cause: 'A model has a name that no kind of model is registered under.',
    remedy: 'Register the kind of model, or correct the name.',
  },
  BAD_HISTORY: {
    cause: "The stored history of an account or a merchant can't be read.",
    remedy: 'It was written by a newer version: run that one, or start from an empty state.',
  },
  NO_TRAINING: {
    cause: "A model can't be fitted to the data that it was given.",
    remedy: 'Give it transactions of both classes, with finite features.',
  },
});

"""The project's own logistic regression, read from its artifact: no library for numbers needed."""

import math
from bisect import bisect_right
from pathlib import Path

from artifact import BadArtifact, read_artifact

NAME = "logistic-regression"
ARTIFACT_FORMAT = 2
# Share of the raw score in the calibrated one, so that order survives a flat step.
RAW_SHARE = 0.005
REASONS_MAX = 3


class OtherFeatures(Exception):
    """A vector is of another feature set than the model was trained on, or is none."""


class LogisticRegression:
    """Scores sparse feature vectors; holds no state between them."""

    def __init__(self, artifact, where):
        """Takes the parsed artifact. Raises BadArtifact for what is none of this model."""
        if artifact.get("format") != ARTIFACT_FORMAT or artifact.get("model") != NAME:
            raise BadArtifact(
                f"{where} is {artifact.get('model')} of format {artifact.get('format')}, "
                f"expected {NAME} of format {ARTIFACT_FORMAT}: give a folder that "
                "`npm run train` wrote"
            )
        parameters = artifact["parameters"]
        self.feature_set = artifact["featureSet"]
        self.features = artifact["features"]
        self.alert_threshold = artifact["alertThreshold"]
        self._means = parameters["means"]
        # One multiplication per feature, on features as they are.
        self._weights = [
            weight / deviation
            for weight, deviation in zip(parameters["weights"], parameters["deviations"])
        ]
        self._intercept = parameters["intercept"] - sum(
            weight * mean for weight, mean in zip(self._weights, self._means)
        )
        self._steps = artifact["calibration"]["scores"]
        self._rates = artifact["calibration"]["probabilities"]
        widths = {len(self.features), len(self._means), len(self._weights)}
        if len(widths) != 1 or len(self._steps) != len(self._rates) or not self._steps:
            raise BadArtifact(f"{where}: lists that belong together differ in length; train anew")

    def vector(self, feature_set, indices, values):
        """The whole vector. Raises OtherFeatures: a wrong score would look like a right one."""
        if feature_set != self.feature_set:
            raise OtherFeatures(
                f"the vector is of feature set {feature_set}, not {self.feature_set}"
            )
        if len(indices) != len(values):
            raise OtherFeatures(f"{len(indices)} indices have {len(values)} values")
        vector = [0.0] * len(self.features)
        for index, value in zip(indices, values):
            # A negative one would count from the end.
            if not 0 <= index < len(vector):
                raise OtherFeatures(f"index {index} is not in 0..{len(vector) - 1}")
            vector[index] = value
        return vector

    def score(self, vector):
        """One model's word on a vector: a `ModelScore` of the application."""
        logit = self._intercept + sum(w * x for w, x in zip(self._weights, vector))
        raw = _sigmoid(logit)
        score = (1 - RAW_SHARE) * self._rate_at(raw) + RAW_SHARE * raw
        if not 0 <= score <= 1:
            raise OtherFeatures(f"the score is {score}: a value of the vector is no number")
        alert = score >= self.alert_threshold
        said = {"model": NAME, "raw": raw, "score": score, "alert": alert}
        return {**said, "reasons": self._reasons(vector)} if alert else said

    def _rate_at(self, raw):
        after = bisect_right(self._steps, raw)
        if after == 0:
            return self._rates[0]
        if after == len(self._steps):
            return self._rates[-1]
        x0, x1 = self._steps[after - 1], self._steps[after]
        y0, y1 = self._rates[after - 1], self._rates[after]
        return y0 + (y1 - y0) * (raw - x0) / (x1 - x0)

    def _reasons(self, vector):
        """The features that raised the score most against the average row."""
        raised = [
            (weight * (value - mean), name, value)
            for weight, value, mean, name in zip(
                self._weights, vector, self._means, self.features
            )
        ]
        strongest = sorted((one for one in raised if one[0] > 0), reverse=True)[:REASONS_MAX]
        return [f"{name} is {value:.4g}" for _, name, value in strongest]


def load(folder):
    """The model of a folder of artifacts. Raises BadArtifact."""
    path = Path(folder) / f"{NAME}.json"
    try:
        return LogisticRegression(read_artifact(path), path)
    except (KeyError, TypeError) as error:
        raise BadArtifact(f"{path} lacks something: {error!r}; train anew") from error


def _sigmoid(logit):
    # exp of a large number raises an error in Python.
    if logit >= 0:
        return 1 / (1 + math.exp(-logit))
    grown = math.exp(logit)
    return grown / (1 + grown)

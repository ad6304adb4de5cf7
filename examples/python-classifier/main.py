"""Serves weir.fraud/classifier with the official Python SDK. See docs/replace-a-model.md."""

import argparse
import json
import logging
import struct
import sys

from aiohttp import web
from statefun import RequestReplyHandler, StatefulFunctions, message_builder, simple_type

from artifact import BadArtifact
from model import NAME, load

VERSION = "python-1"
BODY_BYTES_MAX = 16 * 1024 * 1024
# Of so many transactions the monitor sees one: enough to notice a day's shift.
SAMPLE_ONE_IN = 10
USAGE_EXIT = 64
DATA_EXIT = 65


def json_type(typename):
    """A type whose values are JSON text. NaN has no place in JSON, so it is an error."""
    return simple_type(
        typename=typename,
        serialize_fn=lambda value: json.dumps(value, allow_nan=False).encode(),
        deserialize_fn=json.loads,
    )


FEATURES = json_type("weir.fraud/SparseVector")
SCORES = json_type("weir.fraud/Scores")
SAMPLE = json_type("weir.fraud/Sample")


def sampled(transaction_id):
    """Whether the monitor sees it: by its id (FNV-1a), so that a repeated call says the same."""
    digest = 0x811C9DC5
    for (unit,) in struct.iter_unpack("<H", f"sample {transaction_id}".encode("utf-16-le")):
        digest = ((digest ^ unit) * 0x01000193) & 0xFFFFFFFF
    return digest % SAMPLE_ONE_IN == 0


def functions_of(model):
    """The one function: no state; a message in, its scores out, and now and then a sample."""
    functions = StatefulFunctions()

    @functions.bind(typename="weir.fraud/classifier")
    def classify(context, message):
        features = message.as_type(FEATURES)
        vector = model.vector(features["featureSet"], features["indices"], features["values"])
        persona = features["persona"]
        transaction = features["transaction"]
        said = model.score(vector)
        scores = {
            "transaction": transaction,
            "persona": persona,
            "version": VERSION,
            "scores": [said],
        }
        context.send(
            message_builder(
                target_typename="weir.fraud/selector",
                target_id=persona,
                value=scores,
                value_type=SCORES,
            )
        )
        if not sampled(transaction["transactionId"]):
            return
        sample = {name: features[name] for name in ("featureSet", "indices", "values")}
        sample["atMs"] = transaction["atMs"]
        sample["scores"] = {NAME: said["score"]}
        context.send(
            message_builder(
                target_typename="weir.fraud/monitor",
                target_id="all",
                value=sample,
                value_type=SAMPLE,
            )
        )

    return functions


def application(model):
    """The HTTP server: what fails answers 500, and the runtime tries again or parks."""
    handler = RequestReplyHandler(functions_of(model))

    async def answer(request):
        body = await request.read()
        try:
            reply = await handler.handle_async(body)
        except Exception as error:  # Whatever it is: the runtime has to hear of it.
            logging.exception("a request failed")
            return web.Response(status=500, text=f"{type(error).__name__}: {error}\n")
        return web.Response(body=reply, content_type="application/octet-stream")

    app = web.Application(client_max_size=BODY_BYTES_MAX)
    app.router.add_post("/", answer)
    return app


def main():
    parser = argparse.ArgumentParser(description="Serves weir.fraud/classifier over HTTP.")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000)")
    parser.add_argument("--host", default="127.0.0.1", help="address (default 127.0.0.1)")
    parser.add_argument("--models", required=True, help="folder of model artifacts")
    try:
        options = parser.parse_args()
    except SystemExit as ended:
        return USAGE_EXIT if ended.code else 0
    try:
        model = load(options.models)
    except BadArtifact as error:
        print(f"classifier: {error}", file=sys.stderr)
        return DATA_EXIT

    def ready(_):
        print(f"ready: weir.fraud/classifier at http://{options.host}:{options.port}/", flush=True)

    # Called when the port is open: whoever waits for the line can send.
    web.run_app(application(model), host=options.host, port=options.port, print=ready)
    return 0


if __name__ == "__main__":
    sys.exit(main())

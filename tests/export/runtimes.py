"""What other runtimes answer for an exported model: arrays in, arrays out."""

import contextlib
import io
import os

import numpy as np
import pytest
import tensorflow as tf

onnxruntime = pytest.importorskip("onnxruntime")
interpreters = pytest.importorskip("ai_edge_litert.interpreter")


@contextlib.contextmanager
def quiet():
    """The converters write to stdout and, from C++, to stderr."""
    stderr = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)


def saved_model(model, folder):
    """A function from the model's inputs to its outputs, each a list of arrays."""
    with quiet():
        model.export(folder / "saved_model", verbose=False)
    loaded = tf.saved_model.load(folder / "saved_model")

    def answer(inputs):
        return [y.numpy() for y in tf.nest.flatten(loaded.serve(inputs))]

    return answer


def onnx(model, folder):
    """The same in ONNX Runtime."""
    path = folder / "model.onnx"
    with quiet():
        model.export(path, format="onnx", verbose=False)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])

    def answer(inputs):
        names = [given.name for given in session.get_inputs()]
        return session.run(None, dict(zip(names, inputs, strict=True)))

    return answer


def litert(model, folder):
    """The same in the LiteRT interpreter, without Flex: LiteRT's own operations alone."""
    path = folder / "model.tflite"
    with quiet():
        model.export(path, format="litert", verbose=False)
    interpreter = interpreters.Interpreter(model_path=str(path))
    flex = {op["op_name"] for op in interpreter._get_ops_details() if "Flex" in op["op_name"]}
    assert not flex, flex

    def answer(inputs):
        details = sorted(interpreter.get_input_details(), key=lambda one: one["name"])
        for one, value in zip(details, inputs, strict=True):
            interpreter.resize_tensor_input(one["index"], value.shape)
        interpreter.allocate_tensors()
        for one, value in zip(details, inputs, strict=True):
            interpreter.set_tensor(one["index"], value)
        interpreter.invoke()
        details = sorted(interpreter.get_output_details(), key=lambda one: one["name"])
        return [np.array(interpreter.get_tensor(one["index"])) for one in details]

    return answer


RUNTIMES = {"tf_saved_model": saved_model, "onnx": onnx, "litert": litert}

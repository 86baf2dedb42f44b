#!/usr/bin/env python3
"""Makes the golden models of this folder: small int8 .tflite models with inputs and outputs.

For every case of the table below this writes NAME.tflite, NAME.in.bin and
NAME.out.bin (raw little-endian values in C order, samples concatenated), and one
row of cases.csv. The outputs come from TensorFlow Lite's reference kernels. The
refuse_* cases are models that an int8 single-output runtime should turn down;
they have no samples.

Needs Python 3.11 and
    pip install tensorflow-cpu==2.19.1
The TensorFlow version matters: in 2.19 all reference kernels round twice in the
fixed-point rescale, as TensorFlow Lite Micro does. In 2.21 FULLY_CONNECTED rounds
once, and some of its outputs differ by one.

Run with
    python make_models.py
which stops at the first case that the converter turns into other operators than
the table says.
"""

import csv
import dataclasses
import os
import pathlib
import zlib
from typing import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import flatbuffers
import numpy as np
import tensorflow as tf
from tensorflow.lite.python import schema_py_generated as schema

FOLDER = pathlib.Path(__file__).resolve().parent
RANDOM_SAMPLES = 8
CALIBRATION_SAMPLES = 64
IMAGE = (1, 6, 5, 3)  # NHWC with different numbers everywhere, so that a mixed-up axis shows
ROW = (1, 12)

OPERATOR_NAMES = {value: name for name, value in vars(schema.BuiltinOperator).items()
                  if not name.startswith("_")}
TYPE_NAMES = {value: name.lower() for name, value in vars(schema.TensorType).items()
              if not name.startswith("_")}


class Layers:
    """Builds layers with random constant weights; one object per model, so fixed per name."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def weights(self, shape, fan_in):
        # Output channels of different sizes give per-channel scales something to do.
        values = self.rng.normal(size=shape) * self.rng.uniform(0.2, 2.0, size=shape[-1])
        return tf.constant(values / np.sqrt(fan_in), tf.float32)

    def bias(self, count):
        return tf.constant(self.rng.normal(scale=0.3, size=count), tf.float32)

    def conv(self, x, channels=4, kernel=(3, 3), act=None, groups=1, strides=1, padding="SAME",
             dilations=1):
        depth = x.shape[-1] // groups
        w = self.weights((*kernel, depth, channels), kernel[0] * kernel[1] * depth)
        y = tf.nn.conv2d(x, w, strides, padding, dilations=dilations)
        return activate(tf.nn.bias_add(y, self.bias(channels)), act)

    def depthwise(self, x, multiplier=1, act=None, stride=1, padding="SAME", dilation=1):
        w = self.weights((3, 3, x.shape[-1], multiplier), 9)
        # The raw operator: tf.nn.depthwise_conv2d wraps a dilation into SPACE_TO_BATCH_ND.
        y = tf.raw_ops.DepthwiseConv2dNative(
            input=x, filter=w, strides=[1, stride, stride, 1], padding=padding,
            dilations=[1, dilation, dilation, 1])
        return activate(tf.nn.bias_add(y, self.bias(x.shape[-1] * multiplier)), act)

    def dense(self, x, units=7, act=None, bias=True, gain=1.0):
        y = tf.matmul(x, gain * self.weights((x.shape[-1], units), x.shape[-1]))
        return activate(tf.nn.bias_add(y, self.bias(units)) if bias else y, act)


def activate(x, act):
    return {None: tf.identity, "relu": tf.nn.relu, "relu6": tf.nn.relu6}[act](x)


def chain(net, x):
    """A residual addition over a chain of three convolutions."""
    first = net.conv(x, act="relu")
    last = net.conv(net.conv(net.conv(first, act="relu"), act="relu"))
    return tf.nn.relu(first + last)


def two_consumers(net, x):
    shared = net.conv(x, act="relu")
    left = net.conv(shared, kernel=(1, 1))
    right = tf.nn.max_pool2d(shared, 3, 1, "SAME")
    return left + right


def two_outputs(net, x):
    shared = net.conv(x, act="relu")
    return net.conv(shared, channels=2), net.depthwise(shared)


def swish_and_tanh(net, x):
    y = net.conv(x)
    return tf.tanh(y * tf.sigmoid(y))


# ---- changes to a converted model, for what the converter does not make itself ----

def requantized(scale_factor, zero_point):
    """Appends a QUANTIZE int8 -> int8 from the output's quantization to another one."""
    def edit(model):
        graph = model.subgraphs[0]
        old = graph.tensors[graph.outputs[0]]
        new = schema.TensorT()
        new.name, new.shape, new.type = b"requantized", list(old.shape), old.type
        new.shapeSignature, new.buffer, new.hasRank = old.shapeSignature, 0, old.hasRank
        new.quantization = schema.QuantizationParametersT()
        new.quantization.scale = [np.float32(old.quantization.scale[0] * scale_factor)]
        new.quantization.zeroPoint = [zero_point]
        graph.tensors.append(new)
        code = schema.OperatorCodeT()
        code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.QUANTIZE
        code.version = 1
        model.operatorCodes.append(code)
        step = schema.OperatorT()
        step.opcodeIndex = len(model.operatorCodes) - 1
        step.inputs, step.outputs = [graph.outputs[0]], [len(graph.tensors) - 1]
        graph.operators.append(step)
        graph.outputs = [len(graph.tensors) - 1]
        for signature in model.signatureDefs or []:
            signature.outputs[0].tensorIndex = graph.outputs[0]
    return edit


def same_quantization(model):
    """Gives the output the quantization of the last operator's input."""
    graph = model.subgraphs[0]
    source = graph.tensors[graph.operators[-1].inputs[0]].quantization
    sink = graph.tensors[graph.outputs[0]].quantization
    sink.scale, sink.zeroPoint = source.scale, source.zeroPoint


@dataclasses.dataclass(frozen=True)
class Case:
    """One model. `operators` is what the converted model must consist of, in order."""
    name: str
    build: Callable
    operators: str
    shape: tuple = IMAGE
    kind: str = "int8"  # int8, float_io, float_tail, or why it is refused
    low: float = -1.0   # the range of the input while calibrating
    high: float = 1.5
    per_channel_dense: bool = False
    edit: Callable = None


CASES = [
    # convolution
    Case("conv_same", lambda n, x: n.conv(x), "CONV_2D"),
    Case("conv_valid_relu", lambda n, x: n.conv(x, act="relu", padding="VALID"), "CONV_2D"),
    Case("conv_stride2", lambda n, x: n.conv(x, strides=2), "CONV_2D", shape=(1, 7, 6, 3)),
    Case("conv_stride21_valid", lambda n, x: n.conv(x, strides=[2, 1], padding="VALID"), "CONV_2D",
         shape=(1, 8, 5, 3)),
    Case("conv_dilation2", lambda n, x: n.conv(x, dilations=2), "CONV_2D", shape=(1, 7, 6, 3)),
    Case("conv_dilation2_valid", lambda n, x: n.conv(x, dilations=[2, 1], padding="VALID"),
         "CONV_2D", shape=(1, 7, 6, 3)),
    Case("conv_rect_1x5", lambda n, x: n.conv(x, kernel=(1, 5)), "CONV_2D", shape=(1, 4, 9, 2)),
    Case("conv_rect_4x2", lambda n, x: n.conv(x, kernel=(4, 2), act="relu"), "CONV_2D"),
    Case("conv_relu6", lambda n, x: n.conv(x, act="relu6"), "CONV_2D", low=-9.0, high=12.0),
    Case("conv_groups3", lambda n, x: n.conv(x, channels=6, groups=3, act="relu"), "CONV_2D",
         shape=(1, 5, 4, 6)),
    Case("depthwise_same", lambda n, x: n.depthwise(x), "DEPTHWISE_CONV_2D"),
    Case("depthwise_multiplier2", lambda n, x: n.depthwise(x, multiplier=2, act="relu"),
         "DEPTHWISE_CONV_2D"),
    Case("depthwise_stride2", lambda n, x: n.depthwise(x, stride=2), "DEPTHWISE_CONV_2D",
         shape=(1, 7, 6, 3)),
    Case("depthwise_dilation2", lambda n, x: n.depthwise(x, dilation=2, act="relu6"),
         "DEPTHWISE_CONV_2D", shape=(1, 7, 6, 3)),
    # fully connected
    Case("dense_per_tensor", lambda n, x: n.dense(x), "FULLY_CONNECTED", shape=ROW),
    Case("dense_per_channel", lambda n, x: n.dense(x), "FULLY_CONNECTED", shape=ROW,
         per_channel_dense=True),
    Case("dense_relu", lambda n, x: n.dense(x, act="relu"), "FULLY_CONNECTED", shape=ROW),
    Case("dense_no_bias", lambda n, x: n.dense(x, bias=False), "FULLY_CONNECTED", shape=ROW),
    Case("dense_two_layers", lambda n, x: n.dense(n.dense(x, act="relu")),
         "FULLY_CONNECTED FULLY_CONNECTED", shape=ROW, per_channel_dense=True),
    # pooling
    Case("max_pool_2x2_relu", lambda n, x: tf.nn.max_pool2d(n.conv(x, act="relu"), 2, 2, "VALID"),
         "CONV_2D MAX_POOL_2D"),
    Case("max_pool_2x2", lambda n, x: tf.nn.max_pool2d(n.conv(x), 2, 2, "VALID"),
         "CONV_2D MAX_POOL_2D"),
    Case("max_pool_3x3_same_relu", lambda n, x: tf.nn.max_pool2d(n.conv(x, act="relu"), 3, 2, "SAME"),
         "CONV_2D MAX_POOL_2D"),
    Case("max_pool_3x3_same", lambda n, x: tf.nn.max_pool2d(n.conv(x), 3, 2, "SAME"),
         "CONV_2D MAX_POOL_2D"),
    Case("average_pool_3x3_same_relu",
         lambda n, x: tf.nn.avg_pool2d(n.conv(x, act="relu"), 3, 1, "SAME"),
         "CONV_2D AVERAGE_POOL_2D"),
    Case("average_pool_3x3_same", lambda n, x: tf.nn.avg_pool2d(n.conv(x), 3, 1, "SAME"),
         "CONV_2D AVERAGE_POOL_2D"),
    Case("average_pool_2x3_valid", lambda n, x: tf.nn.avg_pool2d(x, (2, 3), (2, 1), "VALID"),
         "AVERAGE_POOL_2D"),
    Case("average_pool_fused_relu", lambda n, x: tf.nn.relu(tf.nn.avg_pool2d(x, 2, 2, "SAME")),
         "AVERAGE_POOL_2D"),
    # addition
    Case("add", lambda n, x: n.conv(x) + 0.3 * n.conv(x), "CONV_2D CONV_2D ADD"),
    Case("add_relu", lambda n, x: tf.nn.relu(n.conv(x) + n.conv(x, act="relu")),
         "CONV_2D CONV_2D ADD"),
    Case("add_self", lambda n, x: (lambda y: y + y)(n.conv(x)), "CONV_2D ADD"),
    Case("add_residual_depth3", chain, "CONV_2D CONV_2D CONV_2D CONV_2D ADD"),
    Case("two_consumers", two_consumers, "CONV_2D CONV_2D MAX_POOL_2D ADD"),
    # padding
    Case("pad_conv", lambda n, x: n.conv(tf.pad(x, [[0, 0], [0, 1], [2, 1], [0, 0]]), strides=2,
                                         padding="VALID"), "PAD CONV_2D"),
    Case("pad_output", lambda n, x: tf.pad(n.conv(x), [[0, 0], [1, 0], [0, 2], [0, 0]]),
         "CONV_2D PAD"),
    Case("pad_channels", lambda n, x: tf.pad(n.conv(x), [[0, 0], [0, 0], [1, 1], [2, 1]]),
         "CONV_2D PAD"),
    # mean
    Case("mean_hw", lambda n, x: tf.reduce_mean(n.conv(x), [1, 2]), "CONV_2D MEAN"),
    Case("mean_hw_keepdims", lambda n, x: tf.reduce_mean(n.conv(x), [1, 2], keepdims=True),
         "CONV_2D MEAN"),
    Case("mean_hw_relu", lambda n, x: tf.reduce_mean(n.conv(x, act="relu"), [1, 2]),
         "CONV_2D MEAN"),
    Case("mean_hw_7x7", lambda n, x: tf.reduce_mean(x, [1, 2]), "MEAN", shape=(1, 7, 7, 4)),
    Case("mean_h", lambda n, x: tf.reduce_mean(x, [1]), "MEAN"),
    Case("mean_channels", lambda n, x: tf.reduce_mean(n.conv(x, channels=5), [3]), "CONV_2D MEAN"),
    Case("mean_channels_keepdims", lambda n, x: tf.reduce_mean(x, [-1], keepdims=True), "MEAN"),
    Case("mean_hwc", lambda n, x: tf.reduce_mean(x, [1, 2, 3]), "MEAN"),
    Case("mean_hw_same_scale", lambda n, x: tf.reduce_mean(x, [1, 2]), "MEAN",
         edit=same_quantization),
    Case("mean_hw_keepdims_same_scale", lambda n, x: tf.reduce_mean(x, [1, 2], keepdims=True),
         "MEAN", edit=same_quantization),
    # shape
    Case("reshape", lambda n, x: tf.reshape(n.conv(x), [1, 12, 10]), "CONV_2D RESHAPE"),
    Case("reshape_dense", lambda n, x: n.dense(tf.reshape(x, [1, 90])), "RESHAPE FULLY_CONNECTED"),
    Case("transpose_input", lambda n, x: n.conv(tf.transpose(x, [0, 2, 3, 1])),
         "TRANSPOSE CONV_2D", shape=(1, 3, 6, 5)),
    Case("transpose_output", lambda n, x: tf.transpose(n.conv(x), [0, 3, 1, 2]),
         "CONV_2D TRANSPOSE"),
    # softmax
    Case("softmax", lambda n, x: tf.nn.softmax(n.dense(x)), "FULLY_CONNECTED SOFTMAX", shape=ROW),
    Case("softmax_wide", lambda n, x: tf.nn.softmax(n.dense(x, gain=12.0)),
         "FULLY_CONNECTED SOFTMAX", shape=ROW),
    Case("log_softmax", lambda n, x: tf.nn.log_softmax(n.dense(x)),
         "FULLY_CONNECTED LOG_SOFTMAX", shape=ROW),
    Case("log_softmax_wide", lambda n, x: tf.nn.log_softmax(n.dense(x, gain=20.0)),
         "FULLY_CONNECTED LOG_SOFTMAX", shape=ROW),
    Case("log_softmax_only", lambda n, x: tf.nn.log_softmax(x), "LOG_SOFTMAX", shape=(1, 4, 11),
         low=-6.0, high=4.0),
    # between quantizations and types
    Case("requantize_wider", lambda n, x: n.conv(x), "CONV_2D QUANTIZE",
         edit=requantized(2.7, 11)),
    Case("requantize_narrower", lambda n, x: n.conv(x), "CONV_2D QUANTIZE",
         edit=requantized(0.4, -37)),
    Case("requantize_shift", lambda n, x: n.conv(x), "CONV_2D QUANTIZE", edit=requantized(1.0, 5)),
    Case("float_io", lambda n, x: n.conv(x), "QUANTIZE CONV_2D DEQUANTIZE", kind="float_io"),
    Case("float_io_dense", lambda n, x: n.dense(x), "QUANTIZE FULLY_CONNECTED DEQUANTIZE",
         kind="float_io", shape=ROW, high=0.9),
    Case("float_log_softmax", lambda n, x: tf.nn.log_softmax(n.dense(x, gain=4.0)),
         "QUANTIZE FULLY_CONNECTED DEQUANTIZE LOG_SOFTMAX", kind="float_tail", shape=ROW),
    # to be refused
    Case("refuse_two_outputs", two_outputs, "CONV_2D CONV_2D DEPTHWISE_CONV_2D",
         kind="refuse_two_outputs"),
    Case("refuse_ops", swish_and_tanh, "CONV_2D LOGISTIC MUL TANH", kind="refuse_ops"),
    Case("refuse_float", lambda n, x: n.conv(x), "CONV_2D", kind="refuse_float"),
    Case("refuse_hybrid", lambda n, x: n.dense(x, units=16), "FULLY_CONNECTED",
         kind="refuse_hybrid", shape=(1, 72)),
    Case("refuse_int16", lambda n, x: n.conv(x), "CONV_2D", kind="refuse_int16"),
]


def seed_of(case):
    """A seed that stays the same when cases are added or moved."""
    return zlib.crc32(case.name.encode())


def calibration(case):
    rng = np.random.default_rng(seed_of(case) ^ 1)
    for _ in range(CALIBRATION_SAMPLES):
        yield [rng.uniform(case.low, case.high, case.shape).astype(np.float32)]


def traced(case):
    """The case as a concrete TensorFlow function."""
    net = Layers(seed_of(case))
    function = tf.function(lambda x: case.build(net, x))
    return function.get_concrete_function(tf.TensorSpec(case.shape, tf.float32, name="x"))


def converter_for(case):
    """A converter set up for the kind of model that the case is."""
    converter = tf.lite.TFLiteConverter.from_concrete_functions([traced(case)], tf.Module())
    converter._experimental_disable_per_channel_quantization_for_dense_layers = \
        not case.per_channel_dense
    if case.kind == "refuse_float":
        return converter
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if case.kind == "refuse_hybrid":
        return converter
    operators, io_type = tf.lite.OpsSet.TFLITE_BUILTINS_INT8, tf.int8
    if case.kind == "refuse_int16":
        operators = tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
        io_type = tf.int16
    elif case.kind in ("float_io", "float_tail"):
        io_type = tf.float32
    converter.representative_dataset = lambda: calibration(case)
    converter.target_spec.supported_ops = [operators]
    converter.inference_input_type = converter.inference_output_type = io_type
    return converter


def convert(case):
    """The case's model as the bytes of a .tflite file."""
    converter = converter_for(case)
    if case.kind == "float_tail":
        # The converter alone quantizes everything it can; the debugger can leave operators out.
        options = tf.lite.experimental.QuantizationDebugOptions(denylisted_ops=["LOG_SOFTMAX"])
        debugger = tf.lite.experimental.QuantizationDebugger(
            converter=converter, debug_dataset=lambda: calibration(case), debug_options=options)
        content = debugger.get_nondebug_quantized_model()
    else:
        content = converter.convert()
    return edited(content, case.edit) if case.edit else bytes(content)


def edited(content, edit):
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    edit(model)
    builder = flatbuffers.Builder(len(content))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def operators_of(content):
    """The names of a model's operators in execution order, separated by spaces."""
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    codes = [OPERATOR_NAMES[max(code.builtinCode, code.deprecatedBuiltinCode)]
             for code in model.operatorCodes]
    return " ".join(codes[step.opcodeIndex] for step in model.subgraphs[0].operators)


def types_of(content):
    """The types of a model's first input and first output."""
    graph = schema.ModelT.InitFromPackedBuf(content, 0).subgraphs[0]
    return [TYPE_NAMES[graph.tensors[index].type] for index in (graph.inputs[0], graph.outputs[0])]


def int8_samples(rng, shape, zero_point):
    constants = [np.full(shape, value, np.int8) for value in (-128, 127, zero_point)]
    extremes = rng.choice(np.array([-128, 127], np.int8), shape)
    random = rng.integers(-128, 128, (RANDOM_SAMPLES, *shape)).astype(np.int8)
    return np.stack([*constants, extremes, *random])


def float_samples(rng, case, scale):
    """Values beyond the calibrated range, halfway between two steps, and random ones."""
    constants = [np.full(case.shape, value, np.float32)
                 for value in (1.5 * case.low, 1.5 * case.high, 0.0)]
    ties = np.float32(scale) * (rng.integers(-80, 80, case.shape) + 0.5)
    random = rng.uniform(1.1 * case.low, 1.1 * case.high, (RANDOM_SAMPLES, *case.shape))
    return np.stack([*constants, ties, *random]).astype(np.float32)


def run_reference(content, case):
    """Samples for the model, and its outputs by the reference kernels."""
    interpreter = tf.lite.Interpreter(
        model_content=content,
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    source, sink = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    rng = np.random.default_rng(seed_of(case) ^ 2)
    if source["dtype"] == np.int8:
        samples = int8_samples(rng, case.shape, source["quantization"][1])
    else:
        # The scale is that of the QUANTIZE operator's output, which follows the input.
        graph = schema.ModelT.InitFromPackedBuf(content, 0).subgraphs[0]
        first = graph.tensors[graph.operators[0].outputs[0]]
        samples = float_samples(rng, case, first.quantization.scale[0])
    outputs = []
    for sample in samples:
        interpreter.set_tensor(source["index"], sample)
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(sink["index"]).copy())
    return samples, np.stack(outputs)


def make(case):
    """Writes the files of one case; returns its row of cases.csv."""
    content = convert(case)
    operators = operators_of(content)
    if operators != case.operators:
        raise SystemExit(f"{case.name}: wanted {case.operators}, the converter made {operators}")
    (FOLDER / f"{case.name}.tflite").write_bytes(content)
    count = 0
    if not case.name.startswith("refuse_"):
        samples, outputs = run_reference(content, case)
        (FOLDER / f"{case.name}.in.bin").write_bytes(samples.tobytes())
        (FOLDER / f"{case.name}.out.bin").write_bytes(outputs.tobytes())
        count = len(samples)
    return [case.name, operators, *types_of(content), count]


def main():
    rows = [make(case) for case in CASES]
    with open(FOLDER / "cases.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["name", "operators", "input_dtype", "output_dtype", "samples"])
        writer.writerows(rows)


if __name__ == "__main__":
    main()

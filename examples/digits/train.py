#!/usr/bin/env python3
"""Trains the digits example and writes every other file of this folder.

The network is a small residual CNN for the UCI handwritten digits (8x8 pixels,
10 classes). It is exported as a full-integer int8 .tflite model, together with
the held-out test images, their labels and the outputs that the TensorFlow Lite
reference kernels give for them.

Needs Python 3.11 and
    pip install tensorflow-cpu==2.19.1 scikit-learn==1.9.1
The TensorFlow version matters: in 2.19 all reference kernels round twice in the
fixed-point rescale, as TensorFlow Lite Micro does. In 2.21 FULLY_CONNECTED rounds
once, and some of its outputs differ by one.

Run with
    python train.py
which takes about a minute on a CPU. The seeds are fixed, but another TensorFlow
build or another CPU may still train slightly different weights.
"""

import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

FOLDER = pathlib.Path(__file__).resolve().parent
SEED = 7
TEST_FRACTION = 0.2
CALIBRATION_IMAGES = 400
EPOCHS = 30
MIN_ACCURACY = 0.97

layers = tf.keras.layers


def load_data():
    """Returns train images, test images, train labels, test labels; pixels in 0..1."""
    digits = load_digits()
    images = (digits.images / 16.0).astype(np.float32)[..., np.newaxis]
    return train_test_split(images, digits.target, test_size=TEST_FRACTION,
                            stratify=digits.target, random_state=SEED)


def conv(x, channels, kernel, relu=True):
    """Convolution, batch norm and optional ReLU: one CONV_2D after conversion."""
    # No bias: the batch norm has one, and the converter folds it into the kernel.
    x = layers.Conv2D(channels, kernel, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(x) if relu else x


def depthwise(x):
    """3x3 depthwise convolution, batch norm and ReLU: one DEPTHWISE_CONV_2D."""
    x = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization()(x))


def build_model(batch_size=None):
    """The operator set in one small network: see README.md for the list."""
    image = layers.Input((8, 8, 1), batch_size=batch_size)
    stem = conv(image, 16, 3)
    branch = conv(depthwise(stem), 16, 1, relu=False)
    x = layers.ReLU()(layers.Add()([stem, branch]))
    x = layers.MaxPooling2D(2)(x)
    x = conv(x, 32, 3)
    # Not GlobalAveragePooling2D: that one would become MEAN. The result is 2x2, as
    # the converter drops the RESHAPE behind a 1x1 image.
    x = layers.AveragePooling2D(2)(x)
    x = layers.Dropout(0.2)(layers.Flatten()(x))
    return tf.keras.Model(image, layers.Dense(10, activation="softmax")(x))


def shifted(images, rng):
    """The images, each moved by up to one pixel; the border fills with background."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)))
    moves = rng.integers(0, 3, size=(len(images), 2))
    return np.stack([p[r:r + 8, c:c + 8] for p, (r, c) in zip(padded, moves)])


def train(images, labels):
    """Trains on the images and on four shifted copies of them."""
    rng = np.random.default_rng(SEED)
    images = np.concatenate([images] + [shifted(images, rng) for _ in range(4)])
    labels = np.tile(labels, 5)
    steps = EPOCHS * -(-len(images) // 64)
    model = build_model()
    model.compile(tf.keras.optimizers.Adam(tf.keras.optimizers.schedules.CosineDecay(3e-3, steps)),
                  "sparse_categorical_crossentropy")
    model.fit(images, labels, batch_size=64, epochs=EPOCHS, verbose=0)
    return model


def to_int8(model, calibration):
    """Converts to a full-integer model; the calibration images set the scales."""
    # A batch of exactly one keeps shape arithmetic operators out of the model.
    single = build_model(batch_size=1)
    single.set_weights(model.get_weights())
    converter = tf.lite.TFLiteConverter.from_keras_model(single)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([image[np.newaxis]] for image in calibration)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.int8
    converter.inference_output_type = tf.int8
    return converter.convert()


def quantize(images, details):
    """The images in the int8 quantization of the model's input tensor."""
    scale, zero_point = details["quantization"]
    return np.clip(np.round(images / scale) + zero_point, -128, 127).astype(np.int8)


def run_reference(model, images):
    """The outputs of the reference kernels, one row per image."""
    interpreter = tf.lite.Interpreter(
        model_content=model,
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_REF)
    interpreter.allocate_tensors()
    source, sink = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    quantized = quantize(images, source)
    outputs = []
    for image in quantized:
        interpreter.set_tensor(source["index"], image[np.newaxis])
        interpreter.invoke()
        outputs.append(interpreter.get_tensor(sink["index"])[0].copy())
    return quantized, np.stack(outputs)


README = """\
# Handwritten digits

A small int8 residual CNN for 8x8 images of handwritten digits. Its operators, in
order: CONV_2D 3x3, DEPTHWISE_CONV_2D 3x3, CONV_2D 1x1, ADD (residual), MAX_POOL_2D,
CONV_2D 3x3, AVERAGE_POOL_2D, RESHAPE, FULLY_CONNECTED, SOFTMAX.

| file | what it is |
|---|---|
| `digits_int8.tflite` | the model, int8 in and out, per-channel weights |
| `test_images_int8_{count}x8x8x1.bin` | {count} held-out images, int8, in the model's input quantization |
| `test_labels.csv` | their labels |
| `expected_int8_{count}x10.bin` | the model's outputs by the TensorFlow Lite reference kernels |
| `train.py` | makes all of the above |

Top-1 accuracy on the held-out images: {right} of {count}, {accuracy:.2%} (float model: {float_accuracy:.2%}).

Data: "Optical Recognition of Handwritten Digits", E. Alpaydin and C. Kaynak, UCI
Machine Learning Repository, 1998, licensed CC BY 4.0
(https://creativecommons.org/licenses/by/4.0/). It is the test part of that data set
as scikit-learn ships it (`sklearn.datasets.load_digits`, 1797 images). Changes made
here: pixels scaled from 0..16 to 0..1 and quantized, and a stratified split that
holds out a fifth of the images; the model never saw those.
"""


def main():
    tf.keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    train_images, test_images, train_labels, test_labels = load_data()
    model = train(train_images, train_labels)
    flatbuffer = to_int8(model, train_images[:CALIBRATION_IMAGES])
    inputs, outputs = run_reference(flatbuffer, test_images)

    float_accuracy = np.mean(model.predict(test_images, verbose=0).argmax(1) == test_labels)
    right = int(np.sum(outputs.argmax(1) == test_labels))
    count = len(test_labels)
    print(f"float {float_accuracy:.4f}, int8 {right / count:.4f}, model {len(flatbuffer)} bytes")
    if right / count < MIN_ACCURACY:
        raise SystemExit("accuracy too low, nothing written")

    (FOLDER / "digits_int8.tflite").write_bytes(flatbuffer)
    (FOLDER / f"test_images_int8_{count}x8x8x1.bin").write_bytes(inputs.tobytes())
    (FOLDER / f"expected_int8_{count}x10.bin").write_bytes(outputs.tobytes())
    (FOLDER / "test_labels.csv").write_text("label\n" + "".join(f"{y}\n" for y in test_labels))
    (FOLDER / "README.md").write_text(README.format(
        count=count, right=right, accuracy=right / count, float_accuracy=float_accuracy))


if __name__ == "__main__":
    main()

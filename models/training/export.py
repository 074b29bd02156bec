"""Turns a trained network into the OpenVINO files that ship: int8 weights, and int8 activations where
accuracy holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import nncf
import openvino
import torch

from models.training.batches import tensors
from models.training.network import StanceNetwork
from models.windows import Layout, Row

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
CALIBRATION_ROWS = 512


def to_openvino(network: StanceNetwork) -> openvino.Model:
    """Return the network as an OpenVINO model in full precision, rows and length dynamic, outputs stance
    and relevance.
    """
    network.eval()
    example = {name: torch.ones((2, 12), dtype=torch.int64) for name in INPUTS}
    with torch.no_grad():
        model = openvino.convert_model(network, example_input=example)
    for given, name in zip(model.inputs, INPUTS, strict=True):
        given.get_tensor().set_names({name})
        given.get_node().set_partial_shape(openvino.PartialShape([-1, -1]))
        given.get_node().set_element_type(openvino.Type.i64)
    for given, name in zip(model.outputs, ("stance", "relevance"), strict=True):
        given.get_tensor().set_names({name})
    model.validate_nodes_and_infer_types()
    return model


def weights_int8(model: openvino.Model) -> openvino.Model:
    """Return the model with all weights in int8, activations untouched."""
    return nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_SYM)


def whole_int8(model: openvino.Model, rows: Sequence[Row], layout: Layout) -> openvino.Model:
    """Return the model with weights and activations in int8, ranges taken from `rows`."""
    chosen = sorted(rows, key=lambda r: len(r.ids))[:: max(1, len(rows) // CALIBRATION_ROWS)]
    batches = [
        {k: v.numpy() for k, v in tensors(chosen[i : i + 8], layout.pad).items()}
        for i in range(0, len(chosen) - 8, 8)
    ]
    return nncf.quantize(
        model,
        nncf.Dataset(batches),
        model_type=nncf.ModelType.TRANSFORMER,
        subset_size=len(batches),
        preset=nncf.QuantizationPreset.MIXED,
        advanced_parameters=nncf.AdvancedQuantizationParameters(
            smooth_quant_alphas=nncf.AdvancedSmoothQuantParameters(matmul=0.6)
        ),
    )


def write_model(model: openvino.Model, folder: Path) -> None:
    """Write model.xml and model.bin."""
    openvino.save_model(model, str(folder / "model.xml"), compress_to_fp16=True)

"""Reads the trained network back out of the shipped int8 files, so that training can go on from them.

Weights are int8 with one scale a row; where SmoothQuant (Xiao et al. 2023, arXiv:2211.10438) moved a factor from a
matrix to its input, the factor is multiplied back in. What comes back is the shipped network to within rounding.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openvino
import torch
from numpy.typing import NDArray

from models.training.network import StanceNetwork

Array = NDArray[np.float32]


def recovered_state(folder: Path, network: StanceNetwork) -> dict[str, torch.Tensor]:
    """Return a state for `network` with the weights of the OpenVINO model in `folder`.

    Raises ValueError where the files hold no weights for a part of the network.
    """
    model = openvino.Core().read_model(folder / "model.xml")
    found: dict[str, Array] = {}
    for node in model.get_ordered_ops():
        found.update(_weights_of(node))
    state = network.state_dict()
    missing = [name for name in state if name not in found]
    if missing:
        raise ValueError(f"{folder}/model.xml holds no weights for {', '.join(missing[:3])}.")
    return {
        name: torch.from_numpy(found[name].reshape(old.shape).astype(np.float32)).to(old.dtype)
        for name, old in state.items()
    }


def _weights_of(node: openvino.Node) -> dict[str, Array]:
    """Return the named weights that enter the model at `node`: a lookup, a matrix, a bias or a norm's factor."""
    kind, name = node.get_type_name(), node.get_friendly_name()
    if not name.startswith("__module.") or "/aten::" not in name:
        return {}
    module = name.removeprefix("__module.").split("/")[0]
    if kind == "Gather" and "aten::embedding" in name:
        return {f"{module}.weight": _constant(node, 0)}
    if kind == "MatMul" and "aten::linear" in name:
        return {f"{module}.weight": _constant(node, 1) * _smoothing(node)} | _bias(node, module)
    if kind == "MVN":
        (factor,) = _readers(node, "Multiply")
        (shift,) = _readers(factor, "Add")
        return {f"{module}.weight": _constant(factor, 1), f"{module}.bias": _constant(shift, 1)}
    return {}


def _bias(node: openvino.Node, module: str) -> dict[str, Array]:
    (shift,) = _readers(node, "Add")
    return {f"{module}.bias": _constant(shift, 1)}


def _smoothing(node: openvino.Node) -> Array:
    """Return the factor, (1, inputs), that stands on the input of a matrix; 1 where there is none."""
    source = _source(node, 0)
    if source.get_type_name() == "FakeQuantize":
        source = _source(source, 0)
    if "nncf_smooth_quant" in source.get_friendly_name():
        return _constant(source, 1).reshape(1, -1)
    return np.ones((1, 1), dtype=np.float32)


def _readers(node: openvino.Node, kind: str) -> list[openvino.Node]:
    readers = [target.get_node() for target in node.output(0).get_target_inputs()]
    return [reader for reader in readers if reader.get_type_name() == kind]


def _source(node: openvino.Node, port: int) -> openvino.Node:
    return node.input(port).get_source_output().get_node()


def _constant(node: openvino.Node, port: int) -> Array:
    """Return what stands on `port`: a constant, behind a conversion and a scale where it is compressed."""
    source = _source(node, port)
    kind = source.get_type_name()
    if kind == "Constant":
        return np.asarray(source.get_data(), dtype=np.float32)
    if kind == "Convert":
        return _constant(source, 0)
    if kind == "Multiply":
        return _constant(source, 0) * _constant(source, 1)
    raise ValueError(f"{node.get_friendly_name()}: expected weights, found {kind}.")

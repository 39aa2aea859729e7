"""What may have become of a finished run's diagnostics.nc."""

import h5py
import numpy as np


def looks():
    """diagnostics.nc of other shapes, and with what is not in it."""

    def layer(change):
        def damage(folder):
            with h5py.File(folder / "diagnostics.nc", "a") as file:
                change(file["recurrent_1"])

        return damage

    def other(name, **options):
        def change(group):
            dims = [axis[0].name for axis in group[name].dims]
            del group[name]
            made = group.create_dataset(name, **options)
            for axis, scale in zip(made.dims, dims, strict=False):
                axis.attach_scale(group[scale])

        return layer(change)

    def linked(link):
        def change(group):
            del group["retention"]
            group["retention"] = link

        return layer(change)

    def attribute(name, value):
        def damage(folder):
            with h5py.File(folder / "diagnostics.nc", "a") as file:
                file.attrs[name] = value

        return damage

    numbers = np.ones((3, 10))
    for name, change in {
        "words for numbers": other("retention", data=[["a"] * 10] * 3),
        "complex numbers": other("retention", data=numbers * 1j),
        "one dimension": other("retention", data=np.ones(3)),
        "four dimensions": other("retention", data=np.ones((3, 10, 1, 1))),
        "another length": other("retention", data=np.ones((3, 7))),
        "other steps": other("retention", data=np.ones((5, 10))),
        "nothing in it": other("retention", data=np.ones((0, 10))),
        "promises of 10^12 numbers": other("retention", shape=(10**6, 10**6), chunks=(100, 100)),
        "a terabyte of gates": other("gate_mean", shape=(3, 2, 10**11), chunks=(1, 1, 100)),
        "steps in words": layer(lambda group: _instead(group, "step", ["a", "b", "c"])),
        "one step for three": layer(lambda group: _instead(group, "step", [0])),
        "a group for an array": layer(_group),
        "a link out of it": linked(h5py.ExternalLink("/dev/zero", "/a")),
        "a link to nothing": linked(h5py.SoftLink("/nowhere")),
        "no coordinates": layer(lambda group: group.__delitem__("step")),
        "no equation": layer(lambda group: group.attrs.__delitem__("equation")),
        "no layers": attribute("layers", []),
        "layers in numbers": attribute("layers", 3),
        "a layer that is not there": attribute("layers", ["gone"]),
        "a thousand layers": attribute("layers", [f"layer_{i}" for i in range(1000)]),
        "layers above it": attribute("layers", ["../recurrent_1", "/"]),
    }.items():
        yield f"diagnostics.nc {name}", change


def _instead(group, name, data):
    del group[name]
    group[name] = data


def _group(group):
    del group["horizon"]
    group.create_group("horizon")

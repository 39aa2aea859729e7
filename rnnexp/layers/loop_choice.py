"""How a layer runs over time: attributes to be set before training, which are not saved."""


class LoopChoice:
    """The attributes `jit_compile` and `parallel` of `EquationLayer`, which documents them."""

    _jit_compile: bool | str = "auto"
    _parallel = True

    @property
    def jit_compile(self) -> bool | str:
        return self._jit_compile

    @jit_compile.setter
    def jit_compile(self, value):
        if value not in (True, False, "auto"):
            raise ValueError(f"jit_compile is {value!r}; expected True, False or 'auto'")
        self._jit_compile = value

    @property
    def parallel(self) -> bool:
        return self._parallel

    @parallel.setter
    def parallel(self, value):
        if value not in (True, False):
            raise ValueError(f"parallel is {value!r}; expected True or False")
        self._parallel = bool(value)

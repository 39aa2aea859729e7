"""The command `rnnexp train`: check the experiment and train it, or each one of a sweep."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from rnnexp.commands.sweep import run_sweep
from rnnexp.commands.train_arguments import TrainArguments, parse
from rnnexp.config.check import check
from rnnexp.config.compose import compose
from rnnexp.config.experiment import Experiment
from rnnexp.config.hydra_errors import user_errors
from rnnexp.config.schema import register
from rnnexp.config.trust import granted, split_trust
from rnnexp.config.yaml_files import conf_folder
from rnnexp.console.messages import end_message, interrupted_message, start_message
from rnnexp.console.signals import sigterm_as_interrupt
from rnnexp.console.startup import import_tensorflow, require_tensorflow_backend
from rnnexp.runs.folder import remove_if_empty, unwritable_folder


def train(arguments: list[str]) -> int:
    """Run `rnnexp train *arguments`.

    Returns:
        1 if jobs of a sweep failed, else 0.

    Raises:
        UserError: For a mistake in the arguments, before anything is written where it can be known
            by then, and for a run that failed.
        KeyboardInterrupt: After SIGINT or SIGTERM.
    """
    modules, rest = split_trust(arguments)
    with granted(modules):
        asked = parse(rest)
        if asked.shows:
            _call_hydra(asked.hydra, lambda config: None)
            return 0
        require_tensorflow_backend()
        if asked.sweep:
            return run_sweep(asked)
        _train_one(asked, check(compose(asked.overrides, asked.config_dir)))
        return 0


def _train_one(asked: TrainArguments, experiment: Experiment) -> None:
    # What stopped the run: raised through Hydra, it would come with lines of Hydra's own.
    errors: list[Exception] = []

    def task(_: DictConfig) -> None:  # the config of `experiment`, composed once more
        folder = Path(HydraConfig.get().runtime.output_dir)
        print(start_message(experiment), flush=True)
        try:
            _run(experiment, folder, asked.again)
        except Exception as error:
            errors.append(error)

    with sigterm_as_interrupt():
        _call_hydra(asked.hydra, task)
    if errors:
        raise errors.pop()


def _run(experiment: Experiment, folder: Path, again: bool) -> None:
    try:
        import_tensorflow()
        from rnnexp.training.run import run

        summary = run(experiment, folder, progress=True, again=again)
    except KeyboardInterrupt:
        started = folder.exists() and any(folder.iterdir())
        remove_if_empty(folder)
        message = interrupted_message(folder) if started else "interrupted: nothing was written"
        print(f"\n{message}", file=sys.stderr)
        raise
    print(end_message(summary, folder), flush=True)


def _call_hydra(arguments: list[str], task: Callable[[DictConfig], Any]) -> None:
    """Let Hydra read `arguments`, create the run folder and call `task`, or show what is asked."""
    register()
    # Otherwise Hydra prints an error itself, over many lines, and exits.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    sys.argv = ["rnnexp train", *arguments]
    main = hydra.main(version_base="1.3", config_path=str(conf_folder()), config_name="config")
    try:
        with user_errors():
            main(task)()
    except OSError as error:
        raise unwritable_folder(error, "outputs") from error

"""Search tools that users would pick instead, asked and told like our own algorithms, over all genes.

They see a gene as an integer (a category where it has no order) and two objectives, error and the logarithm of EDAP, as
black boxes. They begin with the first population of `nsga2`. Designs that break a constraint which needs no training
aren't trained and cost no budget; Optuna is told the violations, BoTorch gets the reference point for them.
"""

from __future__ import annotations

import warnings

import numpy as np

from xpert_evo.design.designs import Designs
from xpert_evo.design.genes import ADC_TYPES
from xpert_evo.search.algorithms import Algorithm, Task
from xpert_evo.search.candidates.evolved import AllGenes


class _Outside:
    def __init__(self, task: Task) -> None:
        self.task = task
        self.first = task.first(AllGenes(task.space, task.hardware, task.settings), task.settings.population)

    def report(self) -> dict[str, float]:
        return {}

    def remark(self) -> str:
        return ""


class Optuna(_Outside):
    """Optuna's samplers by ask and tell, in batches of a generation's offspring."""

    def __init__(self, task: Task, sampler: str) -> None:
        import optuna

        super().__init__(task)
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
        samplers = {
            "nsga2": lambda: optuna.samplers.NSGAIISampler(population_size=task.settings.population, seed=task.seed),
            "tpe": lambda: optuna.samplers.TPESampler(multivariate=True, n_startup_trials=0, seed=task.seed),
        }
        self._study = optuna.create_study(directions=["minimize"] * 2, sampler=samplers[sampler]())
        of_layers = [f"{layer}.{gene}" for layer in range(task.space.layers) for gene in task.space.layer_genes]
        self._names = [*of_layers, *task.space.array]
        self._distributions = {
            name: optuna.distributions.CategoricalDistribution(tuple(range(count)))
            if name.endswith("adc_type") and count == len(ADC_TYPES)
            else optuna.distributions.IntDistribution(0, int(count) - 1)
            for name, count in zip(self._names, task.space.all_counts, strict=True)
        }
        for genome in self.first:
            self._study.enqueue_trial(dict(zip(self._names, genome.tolist(), strict=True)))
        self._count = len(self.first)

    def ask(self) -> Designs:
        self._trials = [self._study.ask(self._distributions) for _ in range(self._count)]
        self._count = self.task.settings.offspring
        genomes = [[trial.params[name] for name in self._names] for trial in self._trials]
        return self.task.space.decode(np.array(genomes, dtype=np.uint8))

    def tell(self, objectives: np.ndarray, violations: np.ndarray) -> None:
        for trial, values, violated in zip(self._trials, objectives, violations, strict=True):
            for number, value in enumerate(violated):
                trial.set_constraint(str(number), float(value))
            self._study.tell(trial, values.tolist())


class BoTorch(_Outside):
    """qLogNEHVI (Daulton et al., 2021; Ament et al., 2023) on two independent Gaussian processes, in batches.

    Genes are scaled to the unit cube, treated as continuous and rounded, as its tutorials do.
    """

    SAMPLES, RESTARTS, RAW, ITERATIONS = 32, 2, 64, 30

    def __init__(self, task: Task, reference: tuple[float, float]) -> None:
        super().__init__(task)
        self._reference = np.array(reference)
        self._next, self._genomes = self.first, np.empty((0, task.space.genes), dtype=np.uint8)
        self._objectives = np.empty((0, 2))

    def ask(self) -> Designs:
        return self.task.space.decode(self._next)

    def tell(self, objectives: np.ndarray, violations: np.ndarray) -> None:
        feasible = (violations <= 0).all(axis=1)
        # Nothing is known of the error of what wasn't trained: the worst is taken.
        told = np.where(feasible[:, None], objectives, np.maximum(objectives, self._reference))
        self._genomes = np.concatenate([self._genomes, self._next])
        self._objectives = np.concatenate([self._objectives, told])
        self._next = self._proposed()

    def _proposed(self) -> np.ndarray:
        import torch
        from botorch.acquisition.multi_objective.logei import qLogNoisyExpectedHypervolumeImprovement
        from botorch.fit import fit_gpytorch_mll
        from botorch.models import ModelListGP, SingleTaskGP
        from botorch.models.transforms import Standardize
        from botorch.optim import optimize_acqf
        from botorch.sampling import SobolQMCNormalSampler
        from gpytorch.mlls import SumMarginalLogLikelihood

        torch.manual_seed(self.task.seed)
        most = np.maximum(self.task.space.all_counts - 1, 1)
        x = torch.from_numpy(self._genomes / most)
        y = torch.from_numpy(-self._objectives)  # it maximises
        models = [SingleTaskGP(x, y[:, [column]], outcome_transform=Standardize(1)) for column in range(2)]
        model = ModelListGP(*models)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit_gpytorch_mll(SumMarginalLogLikelihood(model.likelihood, model))
            acquisition = qLogNoisyExpectedHypervolumeImprovement(
                model,
                ref_point=(-self._reference).tolist(),
                X_baseline=x,
                prune_baseline=True,
                sampler=SobolQMCNormalSampler(torch.Size([self.SAMPLES]), seed=self.task.seed),
            )
            bounds = torch.stack([torch.zeros(x.shape[1]), torch.ones(x.shape[1])]).double()
            found, _ = optimize_acqf(
                acquisition,
                bounds=bounds,
                q=self.task.settings.offspring,
                num_restarts=self.RESTARTS,
                raw_samples=self.RAW,
                options={"maxiter": self.ITERATIONS},
                sequential=True,
            )
        return np.rint(found.numpy() * most).astype(np.uint8)


def optuna_nsga2(task: Task) -> Algorithm:
    return Optuna(task, "nsga2")


def optuna_tpe(task: Task) -> Algorithm:
    return Optuna(task, "tpe")

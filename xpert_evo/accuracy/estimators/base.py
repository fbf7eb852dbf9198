"""What every accuracy estimator is: a design and a seed in, an accuracy with its standard error out."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from xpert_evo.design.design import Design


@dataclass(frozen=True)
class AccuracyEstimate:
    """An estimated accuracy.

    Attributes:
        accuracy: share of images classified rightly.
        standard_error: of the images' sampling alone; how results spread over seeds comes on top.
        images: number of images scored.
        seconds: what the estimate took.
        right: which of the images were classified rightly, a bit each as `numpy.packbits` packs them, if known: two
            designs that are scored on the same images can then be compared image by image.
    """

    accuracy: float
    standard_error: float
    images: int
    seconds: float
    right: bytes | None = None


class Estimator(Protocol):
    """Estimates accuracies; equal designs and seeds give equal accuracies."""

    def estimate(self, design: Design, seed: int) -> AccuracyEstimate:
        """The accuracy of one design."""
        ...


@runtime_checkable
class CanTrainShorter(Estimator, Protocol):
    """An estimator that can spend as little on a design as a search's `fidelities` say."""

    def of_epochs(self, epochs: int) -> Estimator:
        """The same with so many epochs of training."""
        ...


@runtime_checkable
class CanTrainLonger(Estimator, Protocol):
    """An estimator that can spend more on a design."""

    def longer(self, factor: int) -> Estimator:
        """The same with so many times the training."""
        ...

"""What a run's algorithm reported of its generations."""

from __future__ import annotations

import json
from collections.abc import Mapping

from xpert_evo.errors import in_short
from xpert_evo.files import parse_json
from xpert_evo.search.records.rows import Rows

ROUNDS_SCHEMA = "CREATE TABLE IF NOT EXISTS rounds (generation INTEGER PRIMARY KEY, content TEXT NOT NULL);"


class Rounds(Rows):
    """The table `rounds` of a run; whoever inherits it makes the table."""

    def add_round(self, generation: int, report: Mapping[str, float]) -> None:
        """Writes what the algorithm reports of a generation; of one that is replayed it stands there already."""
        with self._named(), self._connection:
            self._connection.execute("INSERT OR IGNORE INTO rounds VALUES (?, ?)", (generation, json.dumps(report)))

    def rounds(self) -> list:
        """What the algorithm reported of its generations, in their order."""
        whole = self.content("rounds", list)  # as earlier versions wrote it
        if not self._has_table("rounds"):
            return whole
        with self._named():
            texts = self._connection.execute("SELECT generation, content FROM rounds ORDER BY generation").fetchall()
        rounds = [parse_json(str(text), f"{self.path}: rounds, {in_short(str(number))}") for number, text in texts]
        return rounds + whole[len(rounds) :]  # where a run of an earlier version is being continued

"""What the bench says while it runs."""

from __future__ import annotations

from bench.progress import Progress, Step


def test_each_step_says_how_far_it_is_and_about_how_long_the_rest_takes() -> None:
    steps = [Step(name, size) for size in (1000, 3000) for name in ("component", "loop")]
    progress = Progress(steps)
    said = [
        progress.done(step, seconds) for step, seconds in zip(steps, (4, 40, 12, 360), strict=True)
    ]
    assert said == [
        # One more like it, and two of three times the size.
        "1000 flow logs, component: 4.00 s (1 of 4, about 28 seconds to go)",
        "1000 flow logs, loop: 40.00 s (2 of 4, about 2 minutes to go)",
        "3000 flow logs, component: 12.00 s (3 of 4, about 2 minutes to go)",
        "3000 flow logs, loop: 360.00 s",
    ]


def test_the_size_of_small_runs_does_not_count() -> None:
    progress = Progress([Step("component", 1), Step("component", 100), Step("component", 1000)])
    told = progress.done(Step("component", 1), 1.0)
    assert told == "1 flow logs, component: 1.00 s (1 of 3, about 5 seconds to go)"

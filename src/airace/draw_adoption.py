"""A figure of 08-adoption: a card for each named model, with what the source says of what."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from airace import draw_cards, style, words
from airace.figures import one_scope

QWEN, KIMI, GLM, ERNIE = "Qwen3-Max-Thinking", "Kimi K2.5", "GLM-4.7-Flash", "Ernie 5.0"
PLACES = {  # left, bottom, width, height
    QWEN: (0.29, 0.485, 0.225, 0.39),
    KIMI: (0.755, 0.485, 0.195, 0.39),
    GLM: (0.085, 0, 0.385, 0.235),
    ERNIE: (0.755, 0, 0.195, 0.235),
}
CARD = {QWEN: 0.02, GLM: 0.02, KIMI: 0.53, ERNIE: 0.53}  # left edge of the words
NUMERALS = ["None", "One", "Two", "Three", "Four"]


def headline(models: pd.DataFrame, tallies: dict[str, dict], users: pd.DataFrame) -> str:
    """Say how many of the models are open, whose users are printed, and how the tests stand.

    ``tallies`` are those of the rivals that are judged; the title names the two ends.

    ``models`` is the table of named models, ``users`` are rows of monthly users.

    >>> from airace import adoption, draw_adoption, snapshots
    >>> points = snapshots.load("adoption/2026-08-31")
    >>> models = snapshots.load("adoption/2026-08-31", "models")
    >>> users = points.query("metric == 'monthly_users' and bound == 'exact'")
    >>> tallies = adoption.reasoning_tallies(points, draw_adoption.QWEN, adoption.RIVALS)
    >>> print(draw_adoption.headline(models, tallies, users))
    Two of four models are open-weight; 202 million users are an assistant's; Qwen3-Max-Thinking
    leads or ties US rivals in 1 of 6 to 3 of 5 reasoning tests
    """
    opened = NUMERALS[int((models["open_weights"] == "yes").sum())]
    ends = sorted(tallies.values(), key=lambda t: t["ahead"] / t["tests"])
    low, high = (_share(ends[end]) for end in (0, -1))
    assistant = users[users["entity"] == "ERNIE Assistant"].sort_values("date_to").iloc[0]
    return (
        f"{opened} of {NUMERALS[len(models)].lower()} models are open-weight; {words.number(assistant['value'])} "
        f"users are an assistant's; {QWEN} leads or ties US rivals in {low} to {high} reasoning tests"
    )


def named(
    models: pd.DataFrame,
    compared: pd.DataFrame,
    swarm: pd.DataFrame,
    counts: pd.DataFrame,
    users: pd.DataFrame,
    printed: pd.DataFrame,
    tallies: dict[str, dict],
    title: str,
) -> Figure:
    """Draw the four cards.

    ``models`` has a row per model; ``compared`` comes from ``adoption.gaps``; ``swarm`` are scores of
    one model with one agent and with several; ``counts`` are 30-day counts; ``printed`` has a row per
    model with the printed words and value; ``tallies`` are by rival.

    >>> import pandas as pd
    >>> from airace import adoption, claims, draw_adoption, snapshots
    >>> points = snapshots.load("adoption/2026-08-31")
    >>> models = snapshots.load("adoption/2026-08-31", "models")
    >>> users = points.query("metric == 'monthly_users' and bound == 'exact'")
    >>> compared = adoption.gaps(points, draw_adoption.QWEN, "GPT-5.2")
    >>> swarm = points[(points["entity"] == "Kimi K2.5") & points["setting"].notna()]
    >>> downloads = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> counts = adoption.counts(downloads, "zai-org/GLM-4.7-Flash").assign(followup=True)
    >>> keys = ["glm-47-flash-1m", "ernie-5-200m-users", "kimi-k25-agents"]
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> printed = pd.DataFrame([ledger[key] for key in [*keys, "qwen3-max-thinking-strong"]])
    >>> tallies = adoption.reasoning_tallies(points, draw_adoption.QWEN, ["GPT-5.2"])
    >>> cards = (models, compared, swarm, counts, users, printed)
    >>> figure = draw_adoption.named(*cards, tallies, "A title")
    >>> len(figure.axes)
    4
    """
    subtitle = (
        "Each card: weights, the printed words, what the sources say. All scores are the developers’ "
        "own. Grey bars: for comparison. Hollow circles: after the article."
    )
    figure, axes = style.canvas(title, subtitle, 6.5, list(PLACES.values()), below=0.36)
    panels = dict(zip(PLACES, axes))
    rival = compared["rival"].iloc[0]
    drawn = {
        QWEN: f"points ahead of {rival}, in Alibaba’s table of 25 January 2026",
        KIMI: "Moonshot AI: scores with one agent and with a swarm",
        GLM: "30-day downloads on Hugging Face, millions",
        ERNIE: "monthly users by product as Baidu counts them, millions",
    }
    said = printed.set_index("subject")
    for model, panel in panels.items():
        _card(panel, models.set_index("model").loc[model], said.loc[model, "printed"], drawn[model])
    draw_cards.gaps(panels[QWEN], compared, {r: _share(t) for r, t in tallies.items()})
    draw_cards.swarm(panels[KIMI], one_scope(swarm))
    draw_cards.counts(
        panels[GLM], counts, said.loc[GLM], models.set_index("model").loc[GLM, "release_date"]
    )
    draw_cards.users(panels[ERNIE], one_scope(users), said.loc[ERNIE])
    return figure


def plotted(
    models: pd.DataFrame,
    compared: pd.DataFrame,
    swarm: pd.DataFrame,
    counts: pd.DataFrame,
    users: pd.DataFrame,
    printed: pd.DataFrame,
) -> pd.DataFrame:
    """The drawn values of ``named``.

    One row per drawn value, with the columns ``snapshot`` and ``row`` of what it comes from.
    Arguments as in ``named``.

    >>> import pandas as pd
    >>> from airace import adoption, claims, draw_adoption, snapshots
    >>> points = snapshots.load("adoption/2026-08-31")
    >>> models = snapshots.load("adoption/2026-08-31", "models")
    >>> users = points.query("metric == 'monthly_users' and bound == 'exact'")
    >>> compared = adoption.gaps(points, draw_adoption.QWEN, "GPT-5.2")
    >>> swarm = points[(points["entity"] == "Kimi K2.5") & points["setting"].notna()]
    >>> downloads = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> counts = adoption.counts(downloads, "zai-org/GLM-4.7-Flash").assign(followup=True)
    >>> keys = ["glm-47-flash-1m", "ernie-5-200m-users", "kimi-k25-agents"]
    >>> ledger = claims.ledger("article/2026-03-10")
    >>> printed = pd.DataFrame([ledger[key] for key in [*keys, "qwen3-max-thinking-strong"]])
    >>> drawn = draw_adoption.plotted(models, compared, swarm, counts, users, printed)
    >>> drawn["card"].unique().tolist()
    ['GLM-4.7-Flash', 'Ernie 5.0', 'Kimi K2.5', 'Qwen3-Max-Thinking']
    """
    gap = compared.rename(columns={"gap": "value"}).assign(card=QWEN, entity=compared["rival"])
    parts = [
        printed.assign(card=printed["subject"], entity="as printed"),
        models.assign(card=models["model"], entity="weights"),
        gap, swarm.assign(card=KIMI), counts.assign(card=GLM), users.assign(card=ERNIE),
    ]  # fmt: skip
    columns = ["card", "entity", "open_weights", "licence", "printed", "test", "setting", "value",
               "scaled_gap", "unit", "bound", "date_from", "date_to", "snapshot", "row"]  # fmt: skip
    return pd.concat(parts).reindex(columns=columns)


def describe(
    models: pd.DataFrame,
    compared: pd.DataFrame,
    counts: pd.DataFrame,
    users: pd.DataFrame,
    tallies: dict[str, dict],
) -> str:
    """Alt text: weights, gaps in points by test, counts of downloads and of users.

    Arguments as in ``named``.

    >>> from airace import adoption, draw_adoption, snapshots
    >>> points = snapshots.load("adoption/2026-08-31")
    >>> models = snapshots.load("adoption/2026-08-31", "models")
    >>> users = points.query("metric == 'monthly_users' and bound == 'exact'")
    >>> tallies = adoption.reasoning_tallies(points, draw_adoption.QWEN, adoption.RIVALS)
    >>> compared = adoption.gaps(points, draw_adoption.QWEN, "GPT-5.2")
    >>> downloads = snapshots.load("hub_downloads_reported/2026-10-05")
    >>> counts = adoption.counts(downloads, "zai-org/GLM-4.7-Flash")
    >>> print(draw_adoption.describe(models, compared, counts, users, tallies)[:90], "...")
    Four cards. Weights: GLM-4.7-Flash open weights (MIT), Ernie 5.0 weights not public, Qwen3 ...
    """
    weights = ", ".join(f"{m.model} {_weights(m)}" for m in models.itertuples())
    gap = ", ".join(f"{g.test} {g.gap:+.1f}" for g in compared.dropna(subset="gap").itertuples())
    scaled = ", ".join(
        f"{g.test} {g.scaled_gap:+.1f}" for g in compared.dropna(subset="scaled_gap").itertuples()
    )
    ahead = ", ".join(f"{r} in {_share(t)}" for r, t in tallies.items())
    late = ", ".join(
        f"{words.number(c.value)} on {words.day(c.date_to)}" for c in counts.itertuples()
    )
    who = ", ".join(f"{u.entity} {words.number(u.value)} in {draw_cards.when(u)}" for u in users.itertuples())  # fmt: skip
    return (
        f"Four cards. Weights: {weights}. {QWEN} less {compared['rival'].iloc[0]} in points: {gap}; with "
        f"test-time scaling: {scaled}. Level or ahead in reasoning tests: {ahead}. "
        f"30-day downloads of {GLM}: {late or 'none up to the article'}. Monthly users: {who}."
    )


def _share(tally: dict) -> str:
    return f"{tally['ahead']} of {tally['tests']}"


def _weights(model: object) -> str:
    if model.open_weights == "yes":
        return f"open weights ({model.licence})"
    return {"no": "weights not public", "unknown": "weights unknown"}[model.open_weights]


def _card(axes: Axes, model: pd.Series, printed: str, drawn: str) -> None:
    """Write the three lines above a panel: model and weights, the printed words, what is drawn."""
    figure, box = axes.figure, axes.get_position()
    lines = [
        (f"{model.name}: {_weights(model)}", {"weight": "bold", "fontsize": 9.5}),
        (f"printed: “{printed}”", {"fontsize": 9}),
        (drawn, {"fontsize": 8.5, "color": style.GREY}),
    ]
    for number, (text, look) in enumerate(lines):
        height = box.y1 + (0.52 - 0.18 * number) / figure.get_figheight()
        figure.text(CARD[model.name], height, text, va="center", **look)

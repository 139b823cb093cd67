"""Whose work a model builds on: the countries at the roots of its lineage, for all models at once.

A root is a name without a base model of its own; it need not stand in the snapshot, since its name
tells its namespace. Countries are handed down from the roots, one generation a round, and a pair of
model and country is handed down once. So the rounds end after the deepest generation, whatever
circles there are, and the pairs never exceed models times countries.

- Several parents: if all roots have one country, that is the model's; if not, SEVERAL.
- A circle that no root leads into has no origin to give: its models, and those that descend from it
  alone, keep their publisher's country, and ``count`` tells how many.
"""

from __future__ import annotations

import duckdb

from airace.organisations import UNLISTED

SEVERAL = "Several countries"  # a merge of models whose roots differ in country

# Until January 2024 the oldest models had no namespace; the Hub still answers to these names, and
# cards still give them as base models. Their new homes are named in the change that moved them.
LEGACY_SOURCE = "https://github.com/huggingface/transformers/pull/28795"
HOMES = {
    "openai-community": "gpt2 gpt2-medium gpt2-large gpt2-xl",
    "google-bert": "bert-base-uncased bert-base-cased bert-large-uncased bert-large-cased "
    "bert-base-multilingual-uncased bert-base-multilingual-cased bert-base-chinese",
    "FacebookAI": "roberta-base roberta-large roberta-large-mnli xlm-roberta-base xlm-roberta-large",
    "google-t5": "t5-small t5-base t5-large t5-3b t5-11b",
    "distilbert": "distilbert-base-uncased distilbert-base-cased distilbert-base-multilingual-cased "
    "distilroberta-base distilgpt2",
    "albert": "albert-base-v2 albert-large-v2",
    "xlnet": "xlnet-base-cased xlnet-large-cased",
}
LEGACY = {name: home for home, names in HOMES.items() for name in names.split()}

# Names become numbers and groups of countries an enum: what is handed down is then six bytes.
STEPS = f"""
create temp view named_edge as
select
  base_models.model as child,
  coalesce(legacy.namespace || '/' || legacy.name, base_models.base_model) as parent
from base_models left join legacy on legacy.name = base_models.base_model
where base_models.base_model is not null;

create temp table node as
select (row_number() over ())::uinteger as id, name
from (select child as name from named_edge union select parent from named_edge);

create temp table edge as
select c.id as child, p.id as parent
from named_edge e join node c on c.name = e.child join node p on p.name = e.parent;

create temp table root as
select
  node.id,
  coalesce(namespaces.country, '{UNLISTED}')::country_group as country,
  coalesce(namespaces.verified, false) as verified
from node
left join namespaces on namespaces.namespace = split_part(node.name, '/', 1)
where node.id not in (select child from edge);

create temp table origin_of as
with recursive handed_down(id, country, verified) as (
  select id, country, verified from root
  union
  select edge.child, handed_down.country, handed_down.verified
  from handed_down join edge on edge.parent = handed_down.id
)
select
  id,
  case when min(country) = max(country) then min(country)::varchar else '{SEVERAL}' end as country,
  bool_and(verified) as verified
from handed_down
where id in (select child from edge)
group by id;

create temp view origin as
select node.name as model, origin_of.country, origin_of.verified
from origin_of join node using (id);
"""

COUNTS = f"""
select
  (select count(distinct child) from edge) as models_with_parent,
  (select count(*) from origin_of where country = '{SEVERAL}') as several_countries,
  (select count(distinct child) from edge) - (select count(*) from origin_of) as without_root,
  (select count(*) from root join node using (id) anti join counted on counted.model = node.name)
    as roots_outside
"""


def trace(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the view ``origin`` (model, country, verified): models that have a parent and a root.

    Reads ``base_models`` (model, base_model), ``namespaces`` (namespace, country, verified) and
    ``legacy`` (name, namespace) of the connection. ``verified`` asks that every root's country is.
    """
    connection.execute(STEPS)


def count(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return what a traced lineage holds, in models.

    ``models_with_parent``; of these ``several_countries`` and ``without_root`` (circles, and what
    descends from them alone); ``roots_outside`` are roots that the snapshot does not hold.
    """
    return connection.execute(COUNTS).df().iloc[0].to_dict()

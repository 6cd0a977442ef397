//! How each column of a copy follows from its original and the number of the copy.

use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use uuid::Uuid;

/// Texts that are unique in a tenant, or that searches look for.
const TEXTS: [(&str, &str, Text); 26] = [
    ("customers", "number", Text::Number),
    ("quotes", "reference", Text::Number),
    ("orders", "number", Text::Number),
    ("orders", "reference", Text::Code),
    ("policies", "number", Text::Number),
    ("documents", "number", Text::Number),
    ("documents", "verification_code", Text::Code),
    ("documents", "path", Text::Path),
    ("receivables", "reference", Text::Code),
    ("payments", "reference", Text::Code),
    ("payments", "provider_ref", Text::Code),
    ("payments", "receipt", Text::Code),
    ("payments", "payer_phone", Text::Phone),
    ("accounts", "sub_key", Text::Id),
    ("quotes", "plate", Text::PlateAsWritten),
    ("quotes", "plate_norm", Text::Plate),
    ("order_lines", "plate", Text::PlateAsWritten),
    ("order_lines", "plate_norm", Text::Plate),
    ("policies", "plate", Text::PlateAsWritten),
    ("policies", "plate_norm", Text::Plate),
    ("parties", "first_name", Text::FirstName),
    ("parties", "last_name", Text::LastName),
    ("parties", "display_name", Text::FullName),
    ("parties", "name_norm", Text::FullNameInLowerCase),
    ("contact_points", "value", Text::Contact),
    ("contact_points", "value_norm", Text::Contact),
];

#[derive(Clone, Copy)]
enum Text {
    Number,
    Code,
    Id,
    Path,
    Plate,
    PlateAsWritten,
    Phone,
    Contact,
    FirstName,
    LastName,
    FullName,
    FullNameInLowerCase,
}

impl Text {
    /// Of column `c`, for a copy with the number `g.n`.
    fn expression(self, c: &str) -> String {
        match self {
            Self::Number => format!("pg_temp.copy_number(o.{c}, g.n)"),
            // Upper-case hexadecimal digits are within every alphabet of codes.
            Self::Code => format!("left(upper(md5(o.{c} || '/' || g.n)), length(o.{c}))"),
            Self::Id => format!("pg_temp.copy_id(o.{c}::uuid, g.n)::text"),
            Self::Path => format!("replace(o.{c}, o.id::text, pg_temp.copy_id(o.id, g.n)::text)"),
            Self::Plate => format!("case when o.{c} is not null then pg_temp.plate(g.n) end"),
            Self::PlateAsWritten => format!("case when o.{c} is not null then regexp_replace(pg_temp.plate(g.n), '^(...)', '\\1 ') end"),
            Self::Phone => format!("case when o.{c} is not null then pg_temp.phone(g.n) end"),
            Self::Contact => format!("case o.kind when 'phone' then pg_temp.phone(g.n) else 'c' || g.n || '.' || o.{c} end"),
            Self::FirstName => "pg_temp.first_name(o.id, g.n)".to_owned(),
            Self::LastName => "pg_temp.last_name(o.id, g.n)".to_owned(),
            Self::FullName => "pg_temp.first_name(o.id, g.n) || ' ' || pg_temp.last_name(o.id, g.n)".to_owned(),
            Self::FullNameInLowerCase => "lower(pg_temp.first_name(o.id, g.n) || ' ' || pg_temp.last_name(o.id, g.n))".to_owned(),
        }
    }
}

/// Made for this connection. Copies are older than their originals, each by a minute: in ids, times and days.
const FUNCTIONS: &str = "
create function pg_temp.copy_id(id uuid, n bigint) returns uuid language sql immutable as $$
  select (lpad(to_hex(('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint - n * 60000), 12, '0')
    || '7' || substr(md5(id::text || '/' || n), 1, 3) || '8' || substr(md5(id::text || '/' || n), 4, 15))::uuid $$;
create function pg_temp.copy_number(number text, n bigint) returns text language sql immutable as $$
  select regexp_replace(number, '[0-9]+$', '') || lpad((substring(number from '[0-9]+$')::bigint + n * 1000)::text, 8, '0') $$;
create function pg_temp.phone(n bigint) returns text language sql immutable as $$ select '+254700' || lpad((n % 1000000)::text, 6, '0') $$;
create function pg_temp.plate(n bigint) returns text language sql immutable as $$
  select 'K' || chr(65 + (n / 26000 % 26)::int) || chr(65 + (n / 1000 % 26)::int) || lpad((n % 1000)::text, 3, '0') || chr(65 + (n / 676000 % 26)::int) $$;
create function pg_temp.first_name(id uuid, n bigint) returns text language sql immutable as $$
  select (array['Asha','Baraka','Chausiku','Dalila','Elimu','Furaha','Ghanima','Hamisi','Imani','Jabali','Kamaria','Lulu','Maua','Neema','Omari',
    'Pendo','Rehema','Safiya','Tumaini','Umi','Waridi','Yusra','Zahara','Zuberi'])[1 + (('x' || left(md5(id::text || n), 6))::bit(24)::int % 24)] $$;
create function pg_temp.last_name(id uuid, n bigint) returns text language sql immutable as $$
  select (array['Mfano','Jaribio','Kielelezo','Sampuli','Nakala','Kivuli','Mchoro','Taswira','Ramani','Kiigizo','Mwigo','Nadharia','Dhana','Fikra',
    'Hadithi','Ngano','Kitendawili','Methali','Shairi','Wimbo'])[1 + (('x' || right(md5(id::text || n), 6))::bit(24)::int % 20)] $$;
";

pub(super) async fn define_functions(database: &mut PgConnection) -> anyhow::Result<()> {
    database.execute(FUNCTIONS).await?;
    Ok(())
}

/// A table's column, as the catalogue describes it.
pub(super) struct Column {
    pub name: String,
    kind: String,
}

/// Columns that are written, in order; identity columns fill themselves.
pub(super) async fn of_table(database: &mut PgConnection, table: &str) -> anyhow::Result<Vec<Column>> {
    let rows = sqlx::query(
        "select column_name::text as name, udt_name::text as kind from information_schema.columns
         where table_schema = 'public' and table_name = $1 and is_identity = 'NO' and is_generated = 'NEVER' order by ordinal_position",
    )
    .bind(table)
    .fetch_all(database)
    .await?;
    Ok(rows.iter().map(|row| Column { name: row.get("name"), kind: row.get("kind") }).collect())
}

impl Column {
    /// The column of the same row of another tenant `t`: the same, unless it names the tenant itself, as the owner of its own pictures.
    pub(super) fn of_another_tenant(&self) -> String {
        let c = &self.name;
        if self.kind == "uuid" { format!("case when o.{c} = o.tenant_id then t.id else o.{c} end") } else { format!("o.{c}") }
    }

    /// The column of a copy. Ids of what is copied become the ids of the copies; other ids (product, insurer, plugin) stay.
    pub(super) async fn expression(&self, database: &mut PgConnection, table: &str, copied: &[Uuid]) -> anyhow::Result<String> {
        let c = &self.name;
        if let Some((_, _, text)) = TEXTS.iter().find(|(t, name, _)| *t == table && name == c) {
            return Ok(text.expression(c));
        }
        Ok(match self.kind.as_str() {
            "uuid" => {
                let select = format!("select count({c}) filter (where {c} = any($1)), count({c}) from original_{table}");
                let (copies, all): (i64, i64) = sqlx::query_as(AssertSqlSafe(select)).bind(copied).fetch_one(database).await?;
                match copies {
                    0 => format!("o.{c}"),
                    _ if copies == all => format!("pg_temp.copy_id(o.{c}, g.n)"),
                    // A line posts to the customer's own account or to one of the house.
                    _ => format!("case when o.{c} in (select id from copied) then pg_temp.copy_id(o.{c}, g.n) else o.{c} end"),
                }
            }
            "timestamptz" => format!("o.{c} - g.n * interval '1 minute'"),
            "date" => format!("o.{c} - (g.n / 1440)::int"),
            _ => format!("o.{c}"),
        })
    }
}

//! What processes call out to each other: that something changed, never what. A signal is sent with the transaction that made the
//! change, and is lost for whoever is cut off from the database at that moment; the listener learns that it was, and looks again.

use sqlx::{PgPool, postgres::PgListener};

use crate::{AppResult, TenantTx};

/// Hears one channel, over a connection of its own.
pub struct Signals(PgListener);

impl Signals {
    pub(crate) async fn over(connection: &PgPool, channel: &str) -> AppResult<Self> {
        let mut listener = PgListener::connect_with(connection).await?;
        listener.listen(channel).await?;
        Ok(Self(listener))
    }

    /// Waits for the next signal; none if the connection was lost and made anew, so that some may have been missed.
    ///
    /// # Errors
    /// The database is away. Listen again.
    pub async fn next(&mut self) -> AppResult<Option<String>> {
        let heard = self.0.try_recv().await?;
        Ok(heard.map(|signal| signal.payload().to_owned()))
    }
}

impl TenantTx {
    /// Tells whoever listens to the channel, in every process, once this transaction is durable. Saying the same twice is saying it
    /// once. Texts are short and name ids at most: every process reads them, whichever tenant they are of.
    pub async fn signal(&mut self, channel: &str, text: &str) -> AppResult<()> {
        sqlx::query!("select pg_notify($1, $2)", channel, text).execute(self.conn()).await?;
        Ok(())
    }
}

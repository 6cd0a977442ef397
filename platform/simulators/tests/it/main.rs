//! The simulators as their clients see them: real sockets, real HTTP, real SMTP.

mod crash;
mod daraja;
mod mail;
mod objects;
mod paystack;
mod realpay;
mod scripted;

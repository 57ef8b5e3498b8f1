//! `wimz token`: who may come in from the network. A robot that runs in the same folder knows at its next request.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use wimz_firmware::gate::{Kind, Token, TokenError, Tokens};
use wimz_simulator::assets::BadInput;

use super::say;

#[derive(Debug, Args)]
#[command(arg_required_else_help = false)]
pub struct TokenWords {
    #[command(subcommand)]
    command: TokenCommand,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Make a token for a program, and show it this once
    New {
        /// Whose it is, in your words
        #[arg(value_name = "NAME")]
        name: String,
        #[command(flatten)]
        folder: Folder,
    },
    /// Tell tokens and logins, without their secrets
    List {
        #[command(flatten)]
        folder: Folder,
    },
    /// Let somebody in no longer
    Revoke {
        /// The id that `wimz token list` tells
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        folder: Folder,
    },
}

#[derive(Debug, Args)]
struct Folder {
    /// Folder that the robot is started with
    #[arg(long, value_name = "FOLDER")]
    state: PathBuf,
}

/// Does what is said, and answers.
pub fn token(words: &TokenWords) -> Result<ExitCode, BadInput> {
    let now = Timestamp::now();
    match &words.command {
        TokenCommand::New { name, folder } => {
            let (token, secret) = folder.tokens().add(name, now).map_err(wrong)?;
            // Alone on standard output, for scripts.
            say(secret.reveal());
            eprintln!(
                "token {} for {}: send it as `Authorization: Bearer`; it is not shown again",
                token.id, token.name
            );
        }
        TokenCommand::List { folder } => {
            let tokens = folder.tokens().list(now).map_err(wrong)?;
            tokens.iter().for_each(|token| say(&line(token)));
            if tokens.is_empty() {
                // Not on standard output: a script that counts lines counts nobody.
                eprintln!("nobody is let in from the network: `wimz token new NAME` makes a token");
            }
        }
        TokenCommand::Revoke { id, folder } => {
            let token = folder.tokens().revoke(id).map_err(wrong)?;
            say(&format!("{} is no longer let in", token.name));
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl Folder {
    fn tokens(&self) -> Tokens {
        Tokens::kept_in(&self.state)
    }
}

fn line(token: &Token) -> String {
    let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
    let kind = match token.kind {
        Kind::Token => "token",
        Kind::Login => "login",
    };
    let until = token.until.map_or("revoked".to_owned(), day);
    format!("{}  {kind}  {}, until {until:10}  {}", token.id, day(token.made), token.name)
}

fn wrong(error: TokenError) -> BadInput {
    BadInput::Wrong(error.to_string())
}

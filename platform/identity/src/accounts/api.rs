//! Getting in over HTTP. The host decides whose accounts these are: customers on the portal's, staff on the back office's.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kernel::{
    App, AppError, AppResult,
    http::{Anyone, Json, error::ErrorBody},
    routes::{Access, Routes},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Entry, log_in, phone, recovery, register, second_step};
use crate::{UserId, UserKind, challenges::Purpose, door::Door, identity, passkeys, second_factor::Proof, sessions::SessionId, tokens::TokensView};

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RegisterRequest {
    #[schema(example = "asha@example.com")]
    email: String,
    #[schema(example = "Asha")]
    first_name: String,
    #[serde(default)]
    #[schema(example = "Wanjiru")]
    last_name: String,
    #[serde(default)]
    #[schema(example = "0700 000 101")]
    phone: String,
    /// At least eight characters with a digit and a special character; no common one.
    password: String,
}

/// Names a registration whose code is on its way.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct RegistrationId {
    registration: Uuid,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct VerifyEmailRequest {
    registration: Uuid,
    #[schema(example = "204817")]
    code: String,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct LoginRequest {
    #[schema(example = "asha@example.com")]
    email: String,
    password: String,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct EmailRequest {
    #[schema(example = "asha@example.com")]
    email: String,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SignInCode {
    #[schema(example = "asha@example.com")]
    email: String,
    #[schema(example = "204817")]
    code: String,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ChoosePassword {
    /// From the link in the mail.
    token: String,
    password: String,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangePassword {
    current_password: String,
    new_password: String,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct CodeRequest {
    #[schema(example = "204817")]
    code: String,
}

/// The first credential was right; the second factor is asked for.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct ChallengeView {
    /// Always `second_factor`.
    #[schema(example = "second_factor")]
    needs: &'static str,
    /// Goes into `/auth/second-factor` with a code, or into `/auth/second-factor/passkey/begin`.
    challenge: String,
    /// Seconds until the log-in begins anew.
    #[schema(example = 600)]
    expires_in: i64,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct SecondFactorAnswer {
    challenge: String,
    /// Six digits of the app, or a recovery code.
    #[schema(example = "204817")]
    code: String,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PasskeyRequest {
    challenge: String,
}

/// A question to the person's device.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PasskeyQuestion {
    /// Comes back with the device's answer. Good once.
    ceremony: String,
    /// `publicKey` of `navigator.credentials.get`, with binary values as base64url.
    #[schema(value_type = Object)]
    options: Value,
    /// Seconds until the question is worth nothing.
    #[schema(example = 600)]
    expires_in: i64,
}

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct PasskeyAnswer {
    challenge: String,
    ceremony: String,
    /// What the device gave, as `PublicKeyCredential.toJSON()` writes it.
    #[schema(value_type = Object)]
    passkey: Value,
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .api(Access::Public, routes!(begin_registration))
        .api(Access::Public, routes!(verify_email))
        .api(Access::Public, routes!(send_email_code))
        .api(Access::Public, routes!(password_login))
        .api(Access::Public, routes!(second_factor_login))
        .api(Access::Public, routes!(ask_passkey))
        .api(Access::Public, routes!(passkey_login))
        .api(Access::Public, routes!(send_sign_in_code))
        .api(Access::Public, routes!(code_login))
        .api(Access::Public, routes!(request_reset))
        .api(Access::Public, routes!(confirm_reset))
        .api(Access::SignedIn, routes!(change_password))
        .api(Access::SignedIn, routes!(send_phone_code))
        .api(Access::SignedIn, routes!(verify_phone))
}

/// What is only offered on the portal.
fn customers_only(door: &Door) -> AppResult<()> {
    if door.kind == UserKind::Customer { Ok(()) } else { Err(AppError::not_found()) }
}

async fn tokens(app: &App, door: &Door, user: UserId) -> AppResult<Json<TokensView>> {
    let pair = log_in::open_application(app, &door.system("identity.session.open"), user, &door.origin).await?;
    Ok(Json(TokensView::new(pair, identity(app)?.now())))
}

/// Tokens, or the challenge of the second factor.
async fn enter(app: &App, door: &Door, user: UserId) -> AppResult<Response> {
    match second_step::enter_application(app, &door.system("identity.session.open"), user, &door.origin).await? {
        Entry::Open(pair) => Ok(Json(TokensView::new(pair, identity(app)?.now())).into_response()),
        Entry::SecondFactor(challenge) => {
            let expires_in = Purpose::SecondFactor.valid_for().num_seconds();
            Ok((StatusCode::ACCEPTED, Json(ChallengeView { needs: "second_factor", challenge, expires_in })).into_response())
        }
    }
}

/// Begins an account and mails a code. The answer is the same for addresses that have one. Portal only.
#[utoipa::path(post, path = "/auth/register", tag = "Sessions", summary = "Register as a customer", request_body = RegisterRequest,
    responses((status = 202, body = RegistrationId), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn begin_registration(door: Door, State(app): State<App>, Json(body): Json<RegisterRequest>) -> AppResult<(StatusCode, Json<RegistrationId>)> {
    customers_only(&door)?;
    let new = register::Registration {
        email: body.email,
        first_name: body.first_name,
        last_name: body.last_name,
        phone: body.phone,
        password: body.password,
    };
    let registration = register::register(&app, &door.system("identity.user.register"), &new, &door.origin).await?;
    Ok((StatusCode::ACCEPTED, Json(RegistrationId { registration })))
}

/// Opens the account of a registration whose code came back, and signs in.
#[utoipa::path(post, path = "/auth/verify-email", tag = "Sessions", summary = "Confirm a registration", request_body = VerifyEmailRequest,
    responses((status = 200, body = TokensView), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn verify_email(door: Door, State(app): State<App>, Json(body): Json<VerifyEmailRequest>) -> AppResult<Json<TokensView>> {
    customers_only(&door)?;
    let user = register::confirm(&app, &door.system("identity.user.register"), body.registration, &body.code, &door.origin).await?;
    tokens(&app, &door, user).await
}

/// Mails another code for a registration.
#[utoipa::path(post, path = "/auth/verify-email/send", tag = "Sessions", summary = "Send another code", request_body = RegistrationId,
    responses((status = 202), (status = 429, body = ErrorBody)))]
async fn send_email_code(door: Door, State(app): State<App>, Json(body): Json<RegistrationId>) -> AppResult<StatusCode> {
    customers_only(&door)?;
    register::send_again(&app, &door.system("identity.user.register"), body.registration, &door.origin).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Signs in with address and password. Whoever has a second factor gets a challenge, to be answered at `/auth/second-factor`.
#[utoipa::path(post, path = "/auth/login", tag = "Sessions", summary = "Log in", request_body = LoginRequest,
    responses((status = 200, body = TokensView), (status = 202, body = ChallengeView, description = "The second factor is asked for"), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn password_login(door: Door, State(app): State<App>, Json(body): Json<LoginRequest>) -> AppResult<Response> {
    let scope = door.system("identity.session.open");
    let user = log_in::log_in(&app, &scope, door.kind, &body.email, &body.password, &door.origin).await?;
    enter(&app, &door, user).await
}

/// Answers the challenge of a log-in with a code of the app, or with a recovery code. A code is good once.
#[utoipa::path(post, path = "/auth/second-factor", tag = "Sessions", summary = "Log in with the second factor", request_body = SecondFactorAnswer,
    responses((status = 200, body = TokensView), (status = 401, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn second_factor_login(door: Door, State(app): State<App>, Json(body): Json<SecondFactorAnswer>) -> AppResult<Json<TokensView>> {
    let user = second_step::pass_second_step(&app, &door.system("identity.session.open"), &body.challenge, Proof::Code(&body.code)).await?;
    tokens(&app, &door, user).await
}

/// Asks for a passkey of the person whose log-in this challenge holds. A wrong answer uses the question up: ask again.
#[utoipa::path(post, path = "/auth/second-factor/passkey/begin", tag = "Sessions", summary = "Ask for a passkey as the second factor",
    request_body = PasskeyRequest, responses((status = 200, body = PasskeyQuestion), (status = 401, body = ErrorBody),
        (status = 409, body = ErrorBody, description = "The person has no passkey"), (status = 429, body = ErrorBody)))]
async fn ask_passkey(door: Door, State(app): State<App>, Json(body): Json<PasskeyRequest>) -> AppResult<Json<PasskeyQuestion>> {
    let asked = second_step::ask_passkey(&app, &door.system("identity.session.open"), &body.challenge, &door.origin).await?;
    let options = serde_json::from_str(&asked.options).map_err(AppError::internal)?;
    Ok(Json(PasskeyQuestion { ceremony: asked.token, options, expires_in: passkeys::OPEN.num_seconds() }))
}

/// Answers the challenge of a log-in with a passkey. After five wrong answers the log-in begins anew.
#[utoipa::path(post, path = "/auth/second-factor/passkey", tag = "Sessions", summary = "Log in with a passkey as the second factor",
    request_body = PasskeyAnswer, responses((status = 200, body = TokensView), (status = 401, body = ErrorBody), (status = 422, body = ErrorBody),
        (status = 429, body = ErrorBody)))]
async fn passkey_login(door: Door, State(app): State<App>, Json(body): Json<PasskeyAnswer>) -> AppResult<Json<TokensView>> {
    let answer = body.passkey.to_string();
    let proof = Proof::Passkey { token: &body.ceremony, answer: &answer };
    let user = second_step::pass_second_step(&app, &door.system("identity.session.open"), &body.challenge, proof).await?;
    tokens(&app, &door, user).await
}

/// Sends a code to sign in with: to an e-mail address, or as a text message to a phone number that was verified. The answer is the
/// same for unknown ones. Portal only.
#[utoipa::path(post, path = "/auth/sign-in-code", tag = "Sessions", summary = "Send a code to log in with", request_body = EmailRequest,
    responses((status = 202), (status = 429, body = ErrorBody)))]
async fn send_sign_in_code(door: Door, State(app): State<App>, Json(body): Json<EmailRequest>) -> AppResult<StatusCode> {
    customers_only(&door)?;
    log_in::request_sign_in_code(&app, &door.system("identity.session.open"), &body.email, &door.origin).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Signs in with the code from the mail or the text message.
#[utoipa::path(post, path = "/auth/sign-in-code/confirm", tag = "Sessions", summary = "Log in with a code", request_body = SignInCode,
    responses((status = 200, body = TokensView), (status = 202, body = ChallengeView, description = "The second factor is asked for"), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn code_login(door: Door, State(app): State<App>, Json(body): Json<SignInCode>) -> AppResult<Response> {
    customers_only(&door)?;
    let user = log_in::log_in_with_code(&app, &door.system("identity.session.open"), &body.email, &body.code, &door.origin).await?;
    enter(&app, &door, user).await
}

/// Mails a link to choose a new password. The answer is the same for unknown addresses.
#[utoipa::path(post, path = "/auth/password-reset", tag = "Sessions", summary = "Ask for a new password", request_body = EmailRequest,
    responses((status = 202), (status = 429, body = ErrorBody)))]
async fn request_reset(door: Door, State(app): State<App>, Json(body): Json<EmailRequest>) -> AppResult<StatusCode> {
    recovery::request_reset(&app, &door.system("identity.password.reset"), door.kind, &body.email, &door.origin).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Sets a new password with the token of the mailed link and ends all sessions.
#[utoipa::path(post, path = "/auth/password-reset-confirm", tag = "Sessions", summary = "Choose a new password", request_body = ChoosePassword,
    responses((status = 204), (status = 422, body = ErrorBody)))]
async fn confirm_reset(door: Door, State(app): State<App>, Json(body): Json<ChoosePassword>) -> AppResult<StatusCode> {
    recovery::choose_password(&app, &door.system("identity.password.reset"), &body.token, &body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn signed_in(caller: &Anyone) -> AppResult<(UserId, SessionId)> {
    match (caller.scope.user(), caller.session()) {
        (Some(user), Some(session)) => Ok((UserId(user), SessionId(session))),
        _ => Err(AppError::unauthenticated()),
    }
}

/// Changes the own password; all other sessions end.
#[utoipa::path(post, path = "/auth/change-password", tag = "Sessions", summary = "Change the password", request_body = ChangePassword,
    responses((status = 204), (status = 401, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn change_password(caller: Anyone, door: Door, State(app): State<App>, Json(body): Json<ChangePassword>) -> AppResult<StatusCode> {
    let (user, session) = signed_in(&caller)?;
    let scope = caller.scope.elevated();
    recovery::change_password(&app, &scope, user, session, &body.current_password, &body.new_password, &door.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a code to the own phone number, where the tenant can send text messages.
#[utoipa::path(post, path = "/auth/verify-phone/send", tag = "Sessions", summary = "Send a code to the phone",
    responses((status = 202), (status = 401, body = ErrorBody), (status = 409, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn send_phone_code(caller: Anyone, door: Door, State(app): State<App>) -> AppResult<StatusCode> {
    let (user, _) = signed_in(&caller)?;
    phone::send_phone_code(&app, &door.system("identity.phone.verify"), user, None, &door.origin).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Proves the own phone number with the code that was sent to it.
#[utoipa::path(post, path = "/auth/verify-phone", tag = "Sessions", summary = "Verify the phone number", request_body = CodeRequest,
    responses((status = 204), (status = 401, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody),
        (status = 429, body = ErrorBody)))]
async fn verify_phone(caller: Anyone, door: Door, State(app): State<App>, Json(body): Json<CodeRequest>) -> AppResult<StatusCode> {
    let (user, _) = signed_in(&caller)?;
    phone::verify_phone(&app, &door.system("identity.phone.verify"), user, &body.code, &door.origin).await?;
    Ok(StatusCode::NO_CONTENT)
}

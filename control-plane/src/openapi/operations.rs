//! What each route is for, in a sentence, and with which status it says that
//! it worked.

use http::Method;

/// What a route is for.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The method.
    pub method: Method,
    /// The path, as the table of routes has it.
    pub path: &'static str,
    /// The status of success.
    pub status: u16,
    /// In a sentence.
    pub summary: &'static str,
}

/// The operation of a route.
#[must_use]
pub fn find(method: &Method, path: &str) -> Option<&'static Operation> {
    let mut all = OPERATIONS.iter();
    all.find(|one| one.method == *method && one.path == path)
}

const fn operation(
    method: Method,
    path: &'static str,
    status: u16,
    summary: &'static str,
) -> Operation {
    Operation {
        method,
        path,
        status,
        summary,
    }
}

/// Every operation of the API.
pub static OPERATIONS: &[Operation] = &[
    operation(Method::GET, "/api/openapi.json", 200, "This document."),
    operation(
        Method::POST,
        "/api/v1/accounts",
        201,
        "Signs up; a mail with a link follows. A known address gets the same answer.",
    ),
    operation(
        Method::POST,
        "/api/v1/accounts/verify",
        204,
        "Proves an e-mail address with the token of the mail.",
    ),
    operation(
        Method::POST,
        "/api/v1/accounts/verify/resend",
        202,
        "Sends the link that proves an address again.",
    ),
    operation(
        Method::POST,
        "/api/v1/accounts/password-reset",
        202,
        "Mails a link that lets its reader choose another password.",
    ),
    operation(
        Method::POST,
        "/api/v1/accounts/password-reset/confirm",
        204,
        "Chooses another password with the token of the mail.",
    ),
    operation(
        Method::POST,
        "/api/v1/accounts/email/confirm",
        204,
        "Makes a new address one's own with the token of the mail.",
    ),
    operation(
        Method::PUT,
        "/api/v1/account/password",
        204,
        "Changes the password; ends all other log-ins.",
    ),
    operation(
        Method::PUT,
        "/api/v1/account/email",
        202,
        "Asks for another address; a mail with a link goes there.",
    ),
    operation(
        Method::PUT,
        "/api/v1/account/language",
        204,
        "Chooses the language of pages and mails.",
    ),
    operation(
        Method::POST,
        "/api/v1/account/deletion",
        200,
        "Deletes the account after fourteen days to think again.",
    ),
    operation(
        Method::GET,
        "/api/v1/account/export",
        200,
        "Everything that is kept about the caller, as a file.",
    ),
    operation(
        Method::GET,
        "/api/v1/account/sessions",
        200,
        "Where the caller is logged in.",
    ),
    operation(
        Method::DELETE,
        "/api/v1/account/sessions",
        204,
        "Logs out everywhere.",
    ),
    operation(
        Method::DELETE,
        "/api/v1/account/sessions/{session}",
        204,
        "Ends one log-in.",
    ),
    operation(
        Method::GET,
        "/api/v1/account/api-tokens",
        200,
        "The caller's API tokens, without their secrets.",
    ),
    operation(
        Method::POST,
        "/api/v1/account/api-tokens",
        201,
        "Makes an API token; its secret is shown once.",
    ),
    operation(
        Method::DELETE,
        "/api/v1/account/api-tokens/{token}",
        204,
        "Revokes an API token.",
    ),
    operation(
        Method::GET,
        "/api/v1/account/passkeys",
        200,
        "The caller's passkeys.",
    ),
    operation(
        Method::POST,
        "/api/v1/account/passkeys",
        201,
        "Adds the passkey that the browser made.",
    ),
    operation(
        Method::POST,
        "/api/v1/account/passkeys/begin",
        200,
        "What a browser needs to make a passkey.",
    ),
    operation(
        Method::POST,
        "/api/v1/account/passkeys/confirm",
        200,
        "What a browser needs to prove again who sits before it.",
    ),
    operation(
        Method::DELETE,
        "/api/v1/account/passkeys/{passkey}",
        204,
        "Removes a passkey.",
    ),
    operation(
        Method::POST,
        "/api/v1/passkeys/log-in",
        200,
        "What a browser needs to log in with a passkey.",
    ),
    operation(
        Method::POST,
        "/api/v1/tokens",
        200,
        "Logs in a program: an access and a refresh token.",
    ),
    operation(
        Method::POST,
        "/api/v1/tokens/revoke",
        204,
        "Ends the log-in that a token belongs to.",
    ),
    operation(
        Method::GET,
        "/api/v1/tenants",
        200,
        "The tenants the caller is a member of.",
    ),
    operation(
        Method::GET,
        "/api/v1/tenants/{tenant}/usage",
        200,
        "Every quota beside what is used of it.",
    ),
    operation(
        Method::GET,
        "/api/v1/tenants/{tenant}/usage/history",
        200,
        "What was used by hours or days.",
    ),
    operation(
        Method::GET,
        "/api/v1/tenants/{tenant}/refusals",
        200,
        "What was refused to the tenant as a whole.",
    ),
    operation(
        Method::GET,
        "/api/v1/tenants/{tenant}/houses",
        200,
        "The tenant's houses.",
    ),
    operation(
        Method::POST,
        "/api/v1/tenants/{tenant}/houses",
        201,
        "Adds a house; its passcode is shown once.",
    ),
    operation(
        Method::GET,
        "/api/v1/tenants/{tenant}/members",
        200,
        "Who is in the tenant.",
    ),
    operation(
        Method::GET,
        "/api/v1/tenants/{tenant}/members/{account}",
        200,
        "One member.",
    ),
    operation(
        Method::PATCH,
        "/api/v1/tenants/{tenant}/members/{account}",
        200,
        "Changes a member's role, houses or end.",
    ),
    operation(
        Method::DELETE,
        "/api/v1/tenants/{tenant}/members/{account}",
        204,
        "Removes a member.",
    ),
    operation(
        Method::POST,
        "/api/v1/tenants/{tenant}/leave",
        204,
        "Leaves the tenant.",
    ),
    operation(
        Method::POST,
        "/api/v1/tenants/{tenant}/hand-over",
        204,
        "Makes another owner the one who answers for the tenant.",
    ),
    operation(
        Method::GET,
        "/api/v1/tenants/{tenant}/invitations",
        200,
        "Invitations that nobody accepted yet.",
    ),
    operation(
        Method::POST,
        "/api/v1/tenants/{tenant}/invitations",
        201,
        "Invites somebody by mail.",
    ),
    operation(
        Method::DELETE,
        "/api/v1/tenants/{tenant}/invitations/{invitation}",
        204,
        "Takes an invitation back.",
    ),
    operation(
        Method::POST,
        "/api/v1/tenants/{tenant}/invitations/{invitation}/resend",
        204,
        "Mails an invitation again; the earlier link ends.",
    ),
    operation(
        Method::POST,
        "/api/v1/invitations/accept",
        200,
        "Accepts an invitation with the token of the mail.",
    ),
    operation(
        Method::GET,
        "/api/v1/tenants/{tenant}/audit",
        200,
        "Who did what in the tenant.",
    ),
    operation(
        Method::GET,
        "/api/v1/tenants/{tenant}/audit/export",
        200,
        "The tenant's audit log with its hashes, as JSON Lines.",
    ),
    operation(
        Method::POST,
        "/api/v1/tenants/{tenant}/deletion",
        200,
        "Deletes the tenant after thirty days to think again.",
    ),
    operation(
        Method::DELETE,
        "/api/v1/tenants/{tenant}/deletion",
        204,
        "Takes a deletion back.",
    ),
    operation(
        Method::GET,
        "/api/v1/tenants/{tenant}/support-access",
        200,
        "Who of the service may or might look in.",
    ),
    operation(
        Method::POST,
        "/api/v1/tenants/{tenant}/support-access",
        201,
        "Lets support in for a time.",
    ),
    operation(
        Method::POST,
        "/api/v1/tenants/{tenant}/support-access/{access}/grant",
        200,
        "Agrees to what support has asked for.",
    ),
    operation(
        Method::DELETE,
        "/api/v1/tenants/{tenant}/support-access/{access}",
        204,
        "Declines, or ends what was agreed to.",
    ),
    operation(
        Method::GET,
        "/api/v1/houses",
        200,
        "All houses the caller has a role in.",
    ),
    operation(
        Method::GET,
        "/api/v1/houses/{house}",
        200,
        "A house, and who of it is connected.",
    ),
    operation(
        Method::PATCH,
        "/api/v1/houses/{house}",
        200,
        "Changes name and time zone.",
    ),
    operation(
        Method::DELETE,
        "/api/v1/houses/{house}",
        204,
        "Deletes a house with its history.",
    ),
    operation(
        Method::GET,
        "/api/v1/houses/{house}/members",
        200,
        "Who has a role in the house.",
    ),
    operation(
        Method::POST,
        "/api/v1/houses/{house}/leave",
        204,
        "Gives up one's role in the house.",
    ),
    operation(
        Method::GET,
        "/api/v1/houses/{house}/credentials",
        200,
        "The house's credentials, without their secrets.",
    ),
    operation(
        Method::POST,
        "/api/v1/houses/{house}/credentials",
        201,
        "Makes a credential; its secret is shown once.",
    ),
    operation(
        Method::DELETE,
        "/api/v1/houses/{house}/credentials/{credential}",
        204,
        "Revokes a credential; what uses it is disconnected.",
    ),
    operation(
        Method::POST,
        "/api/v1/houses/{house}/credentials/{credential}/rotate",
        201,
        "Makes a successor, shown once; both work for a while.",
    ),
    operation(
        Method::POST,
        "/api/v1/houses/{house}/bus-token",
        201,
        "Ten minutes on the house's bus, for browsers.",
    ),
    operation(
        Method::GET,
        "/api/v1/houses/{house}/sensors",
        200,
        "The house's sensors with their latest values.",
    ),
    operation(
        Method::PUT,
        "/api/v1/houses/{house}/sensors/{sensor}",
        200,
        "Adds or changes a sensor.",
    ),
    operation(
        Method::DELETE,
        "/api/v1/houses/{house}/sensors/{sensor}",
        204,
        "Deletes a sensor's configuration.",
    ),
    operation(
        Method::PUT,
        "/api/v1/houses/{house}/sensors/{sensor}/value",
        200,
        "Sets a switch.",
    ),
    operation(
        Method::GET,
        "/api/v1/houses/{house}/history",
        200,
        "Values of a sensor, raw or by quarters, hours or days.",
    ),
    operation(
        Method::GET,
        "/api/v1/houses/{house}/sensors/{sensor}/history",
        200,
        "The same, with the sensor in the path.",
    ),
    operation(
        Method::GET,
        "/api/v1/houses/{house}/sensors/{sensor}/history/export",
        200,
        "Values of a sensor as CSV or JSON.",
    ),
    operation(
        Method::GET,
        "/api/v1/houses/{house}/refusals",
        200,
        "What was refused in the house, why, and what to do.",
    ),
    operation(
        Method::GET,
        "/api/v1/admin/health",
        200,
        "How the parts of the service are.",
    ),
    operation(
        Method::GET,
        "/api/v1/admin/tenants",
        200,
        "Tenants, found by anything.",
    ),
    operation(
        Method::GET,
        "/api/v1/admin/tenants/{tenant}",
        200,
        "A tenant with plan, usage and members.",
    ),
    operation(
        Method::DELETE,
        "/api/v1/admin/tenants/{tenant}",
        200,
        "Deletes a tenant after thirty days.",
    ),
    operation(
        Method::POST,
        "/api/v1/admin/tenants/{tenant}/undelete",
        200,
        "Takes a deletion back.",
    ),
    operation(
        Method::POST,
        "/api/v1/admin/tenants/{tenant}/suspend",
        200,
        "Stops a tenant; what it has is kept.",
    ),
    operation(
        Method::POST,
        "/api/v1/admin/tenants/{tenant}/read-only",
        200,
        "Lets a tenant change and keep nothing more.",
    ),
    operation(
        Method::POST,
        "/api/v1/admin/tenants/{tenant}/resume",
        200,
        "Lets a tenant go on.",
    ),
    operation(
        Method::PUT,
        "/api/v1/admin/tenants/{tenant}/plan",
        200,
        "Changes a tenant's plan.",
    ),
    operation(
        Method::PUT,
        "/api/v1/admin/tenants/{tenant}/quotas",
        200,
        "Makes exceptions from the plan, and ends them.",
    ),
    operation(
        Method::GET,
        "/api/v1/admin/tenants/{tenant}/support-access",
        200,
        "What was asked of a tenant, and agreed to.",
    ),
    operation(
        Method::POST,
        "/api/v1/admin/tenants/{tenant}/support-access",
        201,
        "Asks a tenant to be let in.",
    ),
    operation(
        Method::DELETE,
        "/api/v1/admin/tenants/{tenant}/support-access/{access}",
        204,
        "Gives back what was agreed to.",
    ),
    operation(
        Method::GET,
        "/api/v1/admin/support-access",
        200,
        "Where support may look in now.",
    ),
    operation(Method::GET, "/api/v1/admin/plans", 200, "All plans."),
    operation(
        Method::PUT,
        "/api/v1/admin/plans/{plan}",
        200,
        "Adds or changes a plan.",
    ),
    operation(
        Method::GET,
        "/api/v1/admin/deletions",
        200,
        "Receipts of tenants that were erased.",
    ),
    operation(
        Method::GET,
        "/api/v1/admin/deletions/{tenant}",
        200,
        "The receipt of one.",
    ),
    operation(
        Method::GET,
        "/api/v1/admin/settings/sign-up",
        200,
        "Who may sign up.",
    ),
    operation(
        Method::PUT,
        "/api/v1/admin/settings/sign-up",
        200,
        "Chooses who may sign up.",
    ),
    operation(
        Method::GET,
        "/api/v1/admin/sign-ups",
        200,
        "Who waits for an admin's word.",
    ),
    operation(
        Method::POST,
        "/api/v1/admin/sign-ups/{account}/approve",
        204,
        "Lets somebody in.",
    ),
    operation(
        Method::POST,
        "/api/v1/admin/sign-ups/{account}/decline",
        204,
        "Turns somebody away.",
    ),
    operation(
        Method::GET,
        "/api/v1/admin/invitations",
        200,
        "Open invitations to the service.",
    ),
    operation(
        Method::POST,
        "/api/v1/admin/invitations",
        201,
        "Invites somebody to the service.",
    ),
    operation(
        Method::DELETE,
        "/api/v1/admin/invitations/{invitation}",
        204,
        "Takes an invitation back.",
    ),
    operation(
        Method::POST,
        "/api/v1/admin/invitations/{invitation}/resend",
        204,
        "Mails an invitation again.",
    ),
    operation(
        Method::GET,
        "/api/v1/admin/audit",
        200,
        "Who did what in the service.",
    ),
    operation(
        Method::GET,
        "/api/v1/admin/audit/export",
        200,
        "The service's audit log with its hashes, as JSON Lines.",
    ),
    operation(
        Method::POST,
        "/api/v1/admin/audit/heads",
        200,
        "Writes down now where each audit log ends, signed.",
    ),
];

# Mails to people.

mail-verify-subject = Confirm your e-mail address
mail-known-subject = You already have an account
mail-reset-subject = Choose a new password
mail-password-changed-subject = Your password was changed
mail-new-address-subject = Confirm your new e-mail address
mail-address-changed-subject = Your e-mail address was changed
mail-second-factor-subject = Two-step log-in of your account
mail-passkey-subject = Passkeys of your account
mail-account-deleted-subject = Your account is being deleted
mail-account-stays-subject = Your account stays
mail-account-erased-subject = Your account is erased
mail-set-up-subject = Your service is set up
mail-verify-body =
    Hello { $name },

    welcome! Please confirm that this is your e-mail address: open the link and
    press the button.

    { $link }

    The link works for { $valid_for }. If you did not sign up, ignore this mail:
    nothing happens without the button.
mail-known-body =
    Hello { $name },

    somebody, probably you, wanted to use this e-mail address for an account. There
    is one for it already, so nothing was changed. Log in here:

    { $log_in }

    If it was not you, ignore this mail: nobody learned that you have an account.
mail-reset-body =
    Hello { $name },

    somebody, probably you, forgot the password of your account. Open the link to
    choose a new one:

    { $link }

    The link works once, and for { $valid_for }. If it was not you, ignore this
    mail: your password stays what it is.
mail-password-changed-body =
    Hello { $name },

    the password of your account was changed, and everybody else who was logged in
    to it was logged out.

    If it was not you, choose a new password at once:

    { $forgot }
mail-new-address-body =
    Hello { $name },

    you want to use this e-mail address for your account. Please confirm that it is
    yours: open the link and press the button.

    { $link }

    The link works for { $valid_for }. If you did not ask for it, ignore this mail:
    nothing happens without the button.
mail-address-changed-body =
    Hello { $name },

    your account goes by another e-mail address from now on:

    { $new }

    This is the last mail to the old one. If it was not you, somebody knows your
    password and has your account: tell the people who run this service.
mail-second-factor-on =
    Hello { $name },

    two-step log-in was turned on for your account: from now on a log-in asks for a
    code of your authenticator app as well.

    If it was not you, change your password and look here:

    { $page }
mail-second-factor-off =
    Hello { $name },

    two-step log-in was turned off for your account: your password is all that a
    log-in asks for now.

    If it was not you, change your password and look here:

    { $page }
mail-second-factor-codes =
    Hello { $name },

    your account has new recovery codes; the earlier ones do not work any more.

    If it was not you, change your password and look here:

    { $page }
mail-second-factor-used =
    Hello { $name },

    somebody used a recovery code of your account. It does not work any more.

    If it was not you, change your password and look here:

    { $page }
mail-passkey-added =
    Hello { $name },

    the passkey "{ $passkey }" was added to your account. It can be used to log in.

    You find your passkeys here:

    { $page }

    If that was not you, log in, remove what is not yours, and change your password.
mail-passkey-removed =
    Hello { $name },

    the passkey "{ $passkey }" was removed from your account.

    You find your passkeys here:

    { $page }

    If that was not you, log in, remove what is not yours, and change your password.
mail-passkey-copied =
    Hello { $name },

    somebody tried to use the passkey "{ $passkey }" in a way that only a copy of it
    would. It was refused. If you do not know why, remove this passkey.

    You find your passkeys here:

    { $page }

    If that was not you, log in, remove what is not yours, and change your password.
mail-account-deleted-body =
    Hello { $name },

    your account is being deleted, as you asked. Everybody is logged out of it, and
    its programs have no access any more. Houses that were yours alone have stopped.

    It is erased in { $days } days, on { $erased_on }. Until then you can keep it:
    log in here.

    { $log_in }

    If that was not you, log in now and choose another password.
mail-account-stays-body =
    Hello { $name },

    your account stays, and so do the houses that would have gone with it. API
    tokens were ended and do not come back; make new ones where you need them.
mail-account-erased-body =
    Hello { $name },

    your account is erased: your name, your address and everything else that we kept
    about you. This is the last mail you get from us.

    Houses that were yours alone are erased thirty days after you asked for the
    deletion.
mail-set-up-body =
    Hello { $name },

    your service is set up, and you are its first admin.

    Portal:           { $portal }
    Who may sign up:  { $sign_up }

    You can change that in the portal under "Who may sign up".
mail-support-asked-subject = Support asks to be let in
mail-support-asked-look =
    Hello { $name },

    an admin of the service asks to be let in to "{ $tenant }" to look, without
    changing anything,
    for { $hours } hours. Their reason:

    { $reason }

    Nobody is let in unless you agree. You can allow it, allow less, or decline
    here; what support opens is in your audit log, and you can end it at any time:

    { $page }
mail-support-asked-change =
    Hello { $name },

    an admin of the service asks to be let in to "{ $tenant }" to look and to
    change things,
    for { $hours } hours. Their reason:

    { $reason }

    Nobody is let in unless you agree. You can allow it, allow less, or decline
    here; what support opens is in your audit log, and you can end it at any time:

    { $page }

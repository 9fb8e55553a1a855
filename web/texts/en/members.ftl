# Members, invitations, and who is let in.


mail-hello = Hello,
mail-hello-name = Hello { $name },
mail-invitation-subject = { $inviter } invites you
mail-invitation-who = { $inviter } ({ $email }) invites you.
mail-invitation-to-tenant = In “{ $tenant }” you would have the role: { $role }.
mail-invitation-to-houses = In “{ $tenant }” you would have a role in these houses: { $houses }.
mail-invitation-to-service = You would get an account of your own, with room for houses of your own.
mail-invitation-open = Open the link to see it all, and to accept:
mail-invitation-end = The link works for { $time }, once, and for this address only. If you do not know
    who invites you, ignore this mail: nothing happens.
mail-decision-subject-yes = Your account is ready
mail-decision-subject-no = Your sign-up was declined
mail-decision-yes = An admin has let you in. You can log in now:
mail-decision-no = An admin has declined your sign-up. What we knew of you was deleted.
    Ask whoever runs the service if you think that is a mistake.

role-may-owner = May do everything: members, plan, deletion.
role-may-admin = Manages houses, credentials and members.
role-may-installer = Sets up houses, sensors and credentials, and sees no members.
role-may-resident = Lives there: sees everything and switches things.
role-may-guest = Looks, and changes nothing.

shell-all-tenants = All houses

members-title = Members
members-who = Who is here
members-used = { $used } of { $allowed }, open invitations counted
members-person = Person
members-may = May
members-since = Since
members-until = Ends
members-change = Change
members-change-one = Change { $name }
members-you = (you)
members-answers = answers for it all
members-own = Your own membership
members-role = Role
members-leave = Leave
members-leave-what = You lose access to “{ $tenant }” at once. To come back you need a new invitation.
members-leave-now = Leave now
members-where = Where?
members-where-all = Everywhere
members-where-all-hint = One role for every house, those of later included.
members-where-houses = Only in some houses
members-where-houses-hint = They do not see the other houses, the members or the plan.
members-houses = Houses
members-no-houses = There is no house yet. Add one first.
members-no-role = no role
members-last-day = Last day
members-last-day-hint = The membership ends by itself after this day (UTC). Leave it empty for no end.
members-in-house = { $house }: { $role }

invitations-title = Open invitations
invitations-to = To
invitations-by = by { $name }
invitations-sent = Sent
invitations-works = Works until
invitations-expired = Expired
invitations-resend = Send again
invitations-resend-one = Send again: the invitation to { $email }
invitations-withdraw = Withdraw
invitations-withdraw-one = Withdraw the invitation to { $email }

invite-title = Invite somebody
invite-known-only = This service takes no new accounts, so only people who have one here can accept.
invite-email = E-mail address
invite-email-hint = They get a mail with a link that works for 7 days, for this address only.
invite-send = Send the invitation

member-what = What they may do in “{ $tenant }”
member-address = E-mail address
member-now = Now
member-at-once = It takes effect at once, also where they are connected.
member-save = Save
member-answer = Who answers for it all
member-answer-what = { $name } becomes an owner, and the one who answers for “{ $tenant }”. You stay an owner.
member-answer-now = Hand over
member-remove = Remove
member-remove-what = { $name } loses access at once. What they have set up stays.
member-remove-now = Remove now

invitation-title = Your invitation
invitation-to-tenant = { $inviter } invites you to “{ $tenant }”
invitation-to-service = { $inviter } invites you to have an account here
invitation-from = From
invitation-gives = Your role
invitation-as = You are logged in as { $email }.
invitation-accept = Accept
invitation-log-in = You have an account here. Log in to accept.
invitation-log-in-now = Log in
invitation-new = Your account will go by { $email }. The address counts as confirmed.
invitation-name = Your name
invitation-name-hint = What others here see.

members-choose-house = Choose a role in at least one house.
members-choose-role = Choose a role.
members-no-day = Type a day such as 2027-01-31, or nothing.

admin-sign-up-waiting = Waiting to be let in
admin-sign-up-waiting-notice =
    { $count ->
        [one] { $count } person waits to be let in.
       *[other] { $count } people wait to be let in.
    }
admin-sign-up-decide = Decide
admin-sign-up-approve = Let in
admin-sign-up-approve-one = Let in { $name }
admin-sign-up-decline = Decline
admin-sign-up-decline-one = Decline { $name }
admin-sign-up-decline-what = Whoever you decline gets a mail; their account is erased at once.
admin-sign-up-more =
    { $count ->
        [one] { $count } more waits.
       *[other] { $count } more wait.
    }
admin-invite-title = Invite somebody to the service
admin-invite-what = They get an account with room for houses of their own, whoever else may sign up.

done-invited = The invitation is on its way.
done-withdrawn = The invitation was withdrawn. Its link does nothing any more.
done-member-removed = The member was removed and has been disconnected.
done-handed-over = Somebody else answers for it all now. You stay an owner.
done-left = You have left.
done-joined = Welcome! What you were invited to is here.
done-let-in = The person was let in and gets a mail.
done-declined = The sign-up was declined and erased.
log-in-waits = Your e-mail address is confirmed. Now an admin has to let you in; you get a mail.

// Saying something in a member's name: who acts, with which key, sign, submit, tell the user.
#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/source.h"
#include "ledger/statement.h"
#include "node/known_audience.h"

namespace comity::cli {

struct Saying {
    std::string type;
    ledger::Audience audience;  // of those who are known here, unless it is another statement's (see below)
    json::Object body;
    std::vector<std::string> objects{};  // bound by body.objects, which is added here
    std::vector<ledger::AttachmentRef> attachments{};
    std::vector<std::string> attached{};  // their bytes, in their order
    bool audience_of_another = false;     // taken over from what is there, whomever that names
};

// What is public, as all of governance is.
ledger::Audience for_everybody();

// The keys at hand: those of --key, or those in the data folder.
Result<std::vector<crypto::NamedSecret>> secrets_at_hand(Context& context);
// One of them that counts now as the member's. kNotFound.
Result<crypto::NamedSecret> signing_secret(Context& context, Source& source, const std::string& member);

// kInvalid where an audience names a member or group that the source does not know, with the nearest that it
// does.
Result<void> check_audience(Source& source, const ledger::Audience& audience,
                            const node::AudiencePlaces& places = {"--to", "--group", "--person"});

// The member that --as names; without it the one member whose key is at hand. kInvalid where there are
// several, kNotFound where there is none.
Result<std::string> acting_member(Context& context, Source& source);

// Signs with one of the member's keys that counts now (--key, or those at hand) and submits.
Result<Submitted> say(Context& context, Source& source, const std::string& member, Saying saying);

// "accepted as <id>: entry 7 of cert-ke.example/log, witnessed ..." or JSON.
void print_submitted(Context& context, const Submitted& submitted);

// acting_member, say and print_submitted.
Result<void> say_and_print(Context& context, Saying saying);

}  // namespace comity::cli

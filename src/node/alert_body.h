// What an alert says, made of the evidence that waits to be told, and its envelope.
#pragma once

#include <string>
#include <vector>

#include "crypto/key_text.h"
#include "db/database.h"
#include "intelligence/alert/alert.h"
#include "intelligence/alert/rule.h"
#include "ledger/roll.h"

namespace comity::node {

// What one alert will tell.
struct OpenEvidence {
    ledger::Audience audience;  // as the rule wishes it, as far as the evidence allows
    std::vector<intelligence::AlertEvidence> evidence;  // as much as an alert holds
    std::int64_t objects = 0;                           // of all of it
    std::string title;                                  // of the first
    std::vector<std::string> advice;
    std::vector<Digest> keys;  // of all of it
};

// What is open of the rule, the oldest first; one group for each audience that alerts of it will have.
Result<std::vector<OpenEvidence>> read_open_evidence(db::Session& session,
                                                     const intelligence::AlertRule& rule);

intelligence::AlertBody alert_of(const intelligence::AlertRule& rule, const OpenEvidence& evidence, Time now);

struct SignedAlert {
    Digest id;
    std::string envelope;
    intelligence::AlertBody body{};  // of an alert
};
SignedAlert sign_alert(const intelligence::AlertBody& body, const ledger::Audience& audience,
                       const std::string& member, const ledger::Roll& roll, Time now,
                       const crypto::NamedSecret& key);

// Of an alert by `author`, for its audience.
SignedAlert sign_acknowledgement(const intelligence::AcknowledgementBody& body, const ledger::Audience& alert,
                                 const std::string& author, const std::string& member,
                                 const ledger::Roll& roll, Time now, const crypto::NamedSecret& key);

// The same alert a step louder, for its audience. `again`: when it is to be acknowledged by.
Result<SignedAlert> escalation_of(const std::string& envelope, const Digest& root, const ledger::Roll& roll,
                                  Time now, std::optional<Time> again, const crypto::NamedSecret& key);

// What is delivered of it (intelligence/alert/outbox.h):
// {"type":"intelligence.alert","id","author","issued","node","alert":{its body}}
std::string letter_of(const Digest& id, const std::string& author, Time issued, const std::string& origin,
                      const intelligence::AlertBody& body);

}  // namespace comity::node

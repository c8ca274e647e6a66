// Alerts as statements: a member (its node, by the key in its custody) warns those concerned, and who is
// warned says that it has heard.
//
// intelligence.alert
//     body {"title": 1 to 300 bytes, "severity":"low"|"medium"|"high"|"critical", "rule"?: a name,
//     "evidence"?: [{"statement":"<64 hex>","objects":["<STIX id>",...],"values"?:["..."]}, ...] 1 to 50,
//     "more"?: objects beyond those listed, "measures"?: 1 to 10 texts of 1 to 300 bytes,
//     "acknowledge_by"?: RFC 3339, "escalates"?: the first alert of the chain, "drill"?: true}
//     An alert has evidence, or it is a drill.
// intelligence.acknowledgement
//     body {"alert":"<64 hex>", "note"?: 1 to 1000 bytes, "automatic"?: true}
//
// Who may read an alert learns by it that there is evidence, and what of it concerned the author: who says
// one gives it an audience no laxer than the evidence's (no_laxer).
//
// The view:
//     intelligence_alerts(seq, root, severity, drill, body, audience)
//         root: the first of its chain of escalations, itself where it escalates none
//     intelligence_acknowledgements(seq, alert, automatic, body, audience)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/time.h"
#include "json/value.h"
#include "ledger/pillar.h"

namespace comity::intelligence {

inline constexpr std::string_view kAlert = "intelligence.alert";
inline constexpr std::string_view kAcknowledgement = "intelligence.acknowledgement";

// Of one alert: its envelope must hold them.
inline constexpr std::size_t kMaxAlertEvidence = 50;  // statements
inline constexpr std::size_t kMaxAlertObjects = 200;  // in all of them together
inline constexpr std::size_t kMaxAlertValues = 50;    // in all of them together
inline constexpr std::size_t kMaxAlertTitle = 300;    // bytes
inline constexpr std::size_t kMaxAlertMeasures = 10;
inline constexpr std::size_t kMaxMeasure = 300;  // bytes

enum class Severity { kLow, kMedium, kHigh, kCritical };
std::string_view to_string(Severity severity);  // "low", ...
Result<Severity> parse_severity(std::string_view text, std::string where);

struct AlertEvidence {
    Digest statement;
    std::vector<std::string> objects;  // STIX ids
    std::vector<std::string> values;   // what of them concerned the author
    friend bool operator==(const AlertEvidence&, const AlertEvidence&) = default;
};

struct AlertBody {
    std::string title;
    Severity severity = Severity::kMedium;
    std::string rule;  // what its author calls the rule; empty: none
    std::vector<AlertEvidence> evidence;
    std::int64_t more = 0;  // objects that are not listed
    std::vector<std::string> measures;
    std::optional<Time> acknowledge_by;
    std::optional<Digest> escalates;
    bool drill = false;
    friend bool operator==(const AlertBody&, const AlertBody&) = default;
};
// kInvalid with the field.
Result<AlertBody> parse_alert(const json::Value& body);
json::Object alert_json(const AlertBody& alert);

struct AcknowledgementBody {
    Digest alert;
    std::string note;
    bool automatic = false;  // said by a node for itself: it arrived, and no one has looked at it yet
    friend bool operator==(const AcknowledgementBody&, const AcknowledgementBody&) = default;
};
Result<AcknowledgementBody> parse_acknowledgement(const json::Value& body);
json::Object acknowledgement_json(const AcknowledgementBody& acknowledgement);

// The audience that is closest to the wished one and lets in nobody whom the evidence's does not: names stand
// in both, or nobody but the author's own people is left (amber+strict, `author`). By names alone, as groups
// change. Precondition: the author's own people may read the evidence.
ledger::Audience no_laxer(const ledger::Audience& wished, const ledger::Audience& evidence,
                          std::string_view author);

// Who is to hear of an acknowledgement: those who may read the alert, and its author, whose people the names
// of the alert's audience may leave out.
ledger::Audience audience_of_acknowledgement(ledger::Audience alert, const std::string& author);

// The migration that brings the view's tables.
inline constexpr std::string_view kAlertTables = R"(
    CREATE TABLE intelligence_alerts(
        seq INTEGER PRIMARY KEY,
        root BLOB NOT NULL,
        severity INTEGER NOT NULL,
        drill INTEGER NOT NULL,
        body TEXT NOT NULL,
        audience INTEGER NOT NULL
    );
    CREATE INDEX intelligence_alerts_by_root ON intelligence_alerts(root);
    CREATE TABLE intelligence_acknowledgements(
        seq INTEGER PRIMARY KEY,
        alert BLOB NOT NULL,
        automatic INTEGER NOT NULL,
        body TEXT NOT NULL,
        audience INTEGER NOT NULL
    );
    CREATE INDEX intelligence_acknowledgements_by_alert ON intelligence_acknowledgements(alert);
)";
Result<void> apply_alert(db::Transaction& tx, const ledger::Accepted& accepted, ledger::Audiences& audiences);
Result<void> apply_acknowledgement(db::Transaction& tx, const ledger::Accepted& accepted,
                                   ledger::Audiences& audiences);

}  // namespace comity::intelligence

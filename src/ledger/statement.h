// A statement: one signed act (see docs/formats.md). Parsing yields a value that cannot be malformed; whether
// the author is known and the signature holds is the ledger's to check.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/time.h"
#include "crypto/dsse.h"
#include "json/value.h"
#include "ledger/audience.h"

namespace comity::ledger {

inline constexpr std::string_view kPayloadType = "application/vnd.comity.statement+json";

struct AttachmentRef {
    Digest sha256;
    std::uint64_t size = 0;
    std::string type;  // media type
    std::string name;
};

// body.objects of a statement that carries objects: {"count":N,"root":"<64 hex>"}, the RFC 6962 root over
// their bytes.
struct ObjectsRef {
    std::uint64_t count = 0;
    Digest root;
};

struct Statement {
    Digest id;             // SHA-256 of the pre-authentication encoding
    Digest community;      // the charter's id; all zero in the charter itself
    std::string type;      // "governance.charter": pillar, dot, name: [a-z][a-z-]* each part
    std::string author;    // a member's id
    Time issued;           // the author's claim; decides nothing
    bool custody = false;  // signed by a node on the member's behalf
    Audience audience;
    json::Value body;  // an object
    std::vector<AttachmentRef> attachments;
    std::optional<ObjectsRef> objects;
};

// Member ids: 1 to 64 of a-z, 0-9 and "-", beginning and ending with a letter or digit. `where` names the
// field.
Result<void> check_member_id(std::string_view id, std::string where);

// kInvalid with the field. Checks everything that can be checked without knowing the community.
Result<Statement> parse_statement(const crypto::Envelope& envelope);

// What is to be said, before it is signed.
struct Draft {
    Digest community;
    std::string type;
    std::string author;
    Audience audience;
    json::Object body;
    bool custody = false;
    std::vector<AttachmentRef> attachments{};
};
// The payload with time and a fresh nonce, and the author's signature.
crypto::Envelope sign_statement(const Draft& draft, Time issued, const crypto::NamedSecret& secret);
crypto::Envelope unsigned_statement(const Draft& draft, Time issued);

}  // namespace comity::ledger

// The statements of this room and the views they make. federation.node: a member announces its node
// (announcement.h); nodes.h asks who did. And published evidence: the statement federation.evidence, whose
// body is the evidence (evidence.h). One that proves nothing is refused at every node's door, so the view
// holds nothing that one would have to believe. And erasures (erasing.h).
#pragma once

#include <memory>
#include <vector>

#include "federation/evidence.h"
#include "ledger/pillar.h"

namespace comity::federation {

inline constexpr std::string_view kEvidenceType = "federation.evidence";

std::unique_ptr<ledger::Pillar> make_pillar();

struct PublishedEvidence {
    Digest statement;
    std::string author;
    Evidence evidence;
};
// What members have published, by the statements' ids. Evidence is for everybody to read, so are these.
Result<std::vector<PublishedEvidence>> published_evidence(db::Session& session, std::size_t limit);

}  // namespace comity::federation

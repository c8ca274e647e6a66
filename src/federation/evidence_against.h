// Against which witnesses evidence of misbehaviour speaks. A split view and dropped entries are the log's:
// they speak against the witness of its node, as a member has announced it (federation.node, which the
// witness' key has signed). A rollback is its cosigner's, for the log only signed two checkpoints that agree:
// against that key where it is a witness', else against the witness of the node whose cosigner it is.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "federation/evidence.h"
#include "log/policy.h"

namespace comity::federation {

class EvidenceAgainst {
  public:
    // A node that a member has announced, at any time: an announcement that is replaced was true when it was
    // made.
    void announced(const std::string& log, const std::string& cosigner, const std::string& witness);
    void found(const Digest& statement, const Evidence& evidence);

    // Of each of the policy's witnesses, the statements, by their ids. The order of the calls before does not
    // matter.
    std::vector<std::vector<Digest>> of(const log::Policy& policy) const;

  private:
    std::multimap<std::string, std::string, std::less<>>
        witness_of_;                                               // by the key of the log or the cosigner
    std::map<std::string, std::set<Digest>, std::less<>> by_key_;  // of a log or a cosigner
};

}  // namespace comity::federation

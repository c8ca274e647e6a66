// Work for the benchmarks: a founded ledger in a temporary folder, and signed statements made beforehand.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "node/node.h"
#include "testing/community.h"
#include "testing/folder.h"

namespace comity::bench {

class Bed {
  public:
    Bed();
    ledger::Ledger& ledger() { return node_->ledger(); }
    node::Node& node() { return *node_; }
    // Shares of one small indicator each, every one different.
    std::vector<ledger::Submission> make_shares(std::size_t count);
    // The n-th of them, made when it is asked for; from any thread.
    ledger::Submission share(unsigned n);
    // From now on the node signs for the author, cert-ke.
    void hold_key();
    // A token that may read and submit, of an account of the author's.
    std::string token();
    // Shares of `objects` small indicators each, every one different.
    std::vector<ledger::Submission> make_large_shares(std::size_t count, std::size_t objects);
    const crypto::NamedKey& author_key() const { return key_; }
    const testing::TemporaryFolder& folder() const { return folder_; }

  private:
    testing::TemporaryFolder folder_;
    testing::Community community_;
    crypto::NamedKey key_;
    std::unique_ptr<node::Node> node_;
    unsigned made_ = 0;
};

// The n-th of many different indicators of usual size.
std::string indicator(std::uint64_t n);

// Submits them all with so many under way at once; waits for the last. Aborts where one is refused.
void submit_all(ledger::Ledger& ledger, std::vector<ledger::Submission> submissions, std::size_t under_way);

}  // namespace comity::bench

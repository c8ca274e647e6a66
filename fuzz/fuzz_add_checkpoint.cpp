// The body of add-checkpoint (C2SP tlog-witness): one spelling each.
#include "federation/witness.h"
#include "fuzz/target.h"

using namespace comity;
using fuzz::hold;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body = fuzz::text_of(data, size);
    const auto request = federation::AddCheckpoint::parse(body);
    if (!request) return 0;
    hold(request->write() == body, "a body is written as it was read");
    hold(request->proof.size() <= federation::kMaxProofLines, "it has 63 hashes at the most");
    return 0;
}

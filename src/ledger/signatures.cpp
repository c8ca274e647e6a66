#include "ledger/signatures.h"

#include <algorithm>

namespace comity::ledger {

bool unite_signatures(crypto::Envelope& kept, const crypto::Envelope& more, const Member* author,
                      bool strangers) {
    using crypto::EnvelopeSignature;
    std::vector<EnvelopeSignature> all = kept.signatures;
    for (const EnvelopeSignature& signature : more.signatures) {
        const auto same = [&](const EnvelopeSignature& other) {
            return other.signature == signature.signature;
        };
        if (std::ranges::none_of(all, same)) all.push_back(signature);
    }
    const std::size_t old = kept.signatures.size();
    if (all.size() == old) return false;

    const std::string pae = kept.pae();
    std::vector<const MemberKey*> unseen;
    if (author != nullptr) {
        for (const MemberKey& key : author->keys) unseen.push_back(&key);
    }
    std::vector<EnvelopeSignature> known;
    std::vector<EnvelopeSignature> others;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto key = std::ranges::find_if(unseen, [&](const MemberKey* candidate) {
            return crypto::verify(candidate->key.key, as_bytes(pae), all[i].signature);
        });
        if (key != unseen.end()) {
            known.push_back(all[i]);
            unseen.erase(key);
        } else if (i < old || strangers) {
            others.push_back(all[i]);
        }
    }
    known.insert(known.end(), others.begin(), others.end());
    if (known.size() > crypto::kMaxEnvelopeSignatures) known.resize(crypto::kMaxEnvelopeSignatures);
    const auto before = std::exchange(kept.signatures, std::move(known));
    while (kept.signatures.size() > 1 && kept.write().size() > crypto::kMaxEnvelopeSize)
        kept.signatures.pop_back();
    return kept.signatures != before;
}

}  // namespace comity::ledger

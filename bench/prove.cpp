// Proofs a second: made by the ledger, and verified as whoever holds the file does it.
#include "bench/load.h"
#include "bench/report.h"
#include "crypto/dsse.h"
#include "log/proof.h"

namespace comity::bench {

void prove(const Report& report, const std::string&) {
    constexpr std::size_t kEntries = 100'000;
    constexpr std::size_t kProofs = 5'000;
    Bed bed;
    auto shares = bed.make_shares(kEntries);
    std::vector<Digest> ids;
    for (std::size_t i = 0; i < shares.size(); i += kEntries / kProofs) {
        ids.push_back(crypto::parse_envelope(shares[i].envelope).value().digest());
    }
    submit_all(bed.ledger(), std::move(shares), 1024);
    std::vector<double> made, verified, signatures;
    const crypto::NamedKey log_key = bed.ledger().identity().key.public_part();
    for (int round = 0; round < 5; ++round) {
        std::vector<log::Proof> proofs;
        made.push_back(static_cast<double>(ids.size()) / seconds_of([&] {
                           for (const Digest& id : ids) proofs.push_back(bed.ledger().prove(id).value());
                       }));
        verified.push_back(static_cast<double>(ids.size()) / seconds_of([&] {
                               for (std::size_t i = 0; i < ids.size(); ++i) {
                                   if (!log::verify_proof(proofs[i], ids[i].view(), log_key, {}))
                                       std::abort();
                               }
                           }));
        signatures.push_back(static_cast<double>(ids.size()) / seconds_of([&] {
                                 for (const log::Proof& proof : proofs) {
                                     if (!log::open_checkpoint(proof.checkpoint, log_key)) std::abort();
                                 }
                             }));
    }
    report.add(
        {.name = "prove", .variant = "made, log of 100,000", .value = median(made), .unit = "proofs/s"});
    report.add({.name = "prove",
                .variant = "verified, log of 100,000",
                .value = median(verified),
                .unit = "proofs/s",
                .limit = "the checkpoint's signature alone",
                .limit_value = median(signatures)});
}

}  // namespace comity::bench

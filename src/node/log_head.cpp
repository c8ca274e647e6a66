#include "node/log_head.h"

namespace comity::node {

Result<LogHead> log_head(ledger::Ledger& ledger) {
    const ledger::LogIdentity& identity = ledger.identity();
    COMITY_TRY(std::string note, ledger.checkpoint());
    COMITY_TRY(auto open, log::open_checkpoint(note, identity.key.public_part()));
    LogHead head{std::move(note), std::move(open.checkpoint), std::nullopt};
    const crypto::NamedKey cosigner = identity.cosigner.public_part();
    for (const crypto::NoteSignature& signature : open.note.signatures) {
        if (signature.name != cosigner.name || signature.id != cosigner.id()) continue;
        COMITY_TRY(head.cosigned, log::verify_cosignature(open.note.text, signature, cosigner));
    }
    return head;
}

}  // namespace comity::node

#include "cli/scan/telling.h"

namespace comity::cli {

void ScanTelling::tell(intelligence::match::Finding&& finding) {
    if (!failed_ && count_++ == 0) check();
    if (failed_) return;
    report_.add(finding);
    if (hits_ != nullptr) hits_->add(finding, clock_.now());
}

Result<void> ScanTelling::checked() {
    if (!failed_) check();
    if (failed_) return std::unexpected(*failed_);
    return {};
}

void ScanTelling::check() {
    if (auto done = list_.verified(); !done) failed_ = std::move(done).error();
}

}  // namespace comity::cli

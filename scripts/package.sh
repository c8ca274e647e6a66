#!/bin/bash
# ./run package: build/package/comity_VERSION_ARCH.deb, and what holds of it: it unpacks, its program runs, nothing is missing.
set -eu
. scripts/common.sh
need build package
build_program
title "packing"
cmake --build --preset release --target documents
rm -rf build/package
cpack --config build/release/CPackConfig.cmake -B "$PWD/build/package" >build/package.log 2>&1 || {
    cat build/package.log >&2
    exit 1
}
rm -rf build/package/_CPack_Packages
package=$(ls build/package/*.deb)
dpkg-deb --info "$package"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
passed=0 failed=0
check() { # WHAT COMMAND...
    local what=$1
    shift
    if "$@" >"$root/said" 2>&1; then
        echo "ok    $what"
        passed=$((passed + 1))
    else
        echo "FAIL  $what"
        cat "$root/said"
        failed=$((failed + 1))
    fi
}
title "trying $package"
check "it unpacks into a root of its own" dpkg-deb -x "$package" "$root"
check "its program says its version" "$root/usr/bin/comity" --version
mkdir "$root/data" && cp "$root/etc/comity/comity.toml" "$root/data/"
check "its configuration is what the program takes" "$root/usr/bin/comity" --data "$root/data" serve --print-config
for file in usr/share/man/man1/comity.1.gz usr/share/bash-completion/completions/comity \
    usr/share/zsh/vendor-completions/_comity usr/share/fish/vendor_completions.d/comity.fish \
    etc/comity/comity.toml lib/systemd/system/comity.service usr/share/comity/cluster.sh usr/share/doc/comity/copyright; do
    check "it brings /$file" test -s "$root/$file"
done
check "it names what it depends on" sh -c "dpkg-deb -f '$package' Depends | grep -q libsodium"
if command -v systemd-analyze >/dev/null; then
    sed "s|/usr/bin/comity|$root/usr/bin/comity|" deploy/comity.service >"$root/comity.service"
    check "systemd takes its unit" systemd-analyze --man=no verify "$root/comity.service"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

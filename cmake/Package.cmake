# The Debian package: `./run package`, or target `documents` and then cpack. It carries the program, its manual pages and shell
# completions (both told by the program itself), the systemd unit and the configuration with every key's default.
set(documents "${CMAKE_BINARY_DIR}/documents")
add_custom_target(documents
  COMMAND "${CMAKE_COMMAND}" "-DPROGRAM=$<TARGET_FILE:comity>" "-DOUT=${documents}" -P "${CMAKE_SOURCE_DIR}/cmake/Documents.cmake"
  DEPENDS comity
  COMMENT "Writing manual pages, completions and the default configuration"
  VERBATIM)

install(TARGETS comity RUNTIME DESTINATION /usr/bin)
install(DIRECTORY "${documents}/man/" DESTINATION /usr/share/man/man1)
install(FILES "${documents}/comity.bash" DESTINATION /usr/share/bash-completion/completions RENAME comity)
install(FILES "${documents}/comity.zsh" DESTINATION /usr/share/zsh/vendor-completions RENAME _comity)
install(FILES "${documents}/comity.fish" DESTINATION /usr/share/fish/vendor_completions.d)
install(FILES "${documents}/comity.toml" DESTINATION /etc/comity)
install(FILES "${CMAKE_SOURCE_DIR}/deploy/comity.service" DESTINATION /lib/systemd/system)
install(PROGRAMS "${CMAKE_SOURCE_DIR}/deploy/cluster.sh" DESTINATION /usr/share/comity)
install(FILES "${documents}/changelog.gz" "${CMAKE_SOURCE_DIR}/deploy/copyright" DESTINATION /usr/share/doc/comity)

# Packing builds nothing: ./run package has.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
set(CPACK_GENERATOR DEB)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME comity)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_CONTACT "The Comity authors <comity@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "cooperation server for communities that span borders")
set(CPACK_PACKAGE_DESCRIPTION
    "Members of a community sign what they say; every statement stands in a log that all can mirror and check.\n\
 Shares threat intelligence (STIX 2.1, TAXII 2.1), keeps the roll of members, and proves offline what stands where.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "belenios-tool, postgresql, patroni, etcd-server, openssl")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    "${CMAKE_SOURCE_DIR}/deploy/postinst;${CMAKE_SOURCE_DIR}/deploy/prerm;${CMAKE_SOURCE_DIR}/deploy/postrm;${CMAKE_SOURCE_DIR}/deploy/conffiles")
include(CPack)

# Packages of what the components hold, by NEGODBC_PACKAGES: deb (.deb), or rpm (.rpm, and a .tar.gz of all).
# packaging/make_packages builds them (presets package-deb, package-rpm, of one folder), of the date SOURCE_DATE_EPOCH.
# Whom a package names for questions: a distributor says who that is there.
set(NEGODBC_MAINTAINER "negodbc maintainers <negodbc@example.org>" CACHE STRING "Maintainer of the packages: NAME <ADDRESS>")
set(CPACK_PACKAGE_CONTACT "${NEGODBC_MAINTAINER}")
set(CPACK_PACKAGE_VENDOR negodbc)
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages/${NEGODBC_PACKAGES})
set(CPACK_COMPONENTS_ALL driver plugin development program docs)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)

set(driver_summary "ODBC driver for PostgreSQL with integrated login")
set(driver_text "Programs that use ODBC connect to PostgreSQL with a Kerberos ticket instead
of a password, or with a password as usual. Results are streamed in bounded
memory.")
set(plugin_summary "integrated login (Negotiate, Kerberos) for database drivers")
set(plugin_text "The plugin by which the negodbc driver logs in, for other drivers too. It
finds Heimdal or MIT Kerberos at run time.")
set(development_summary "integrated login for database drivers: development files")
set(development_text "The header, the link, pkg-config's and CMake's files for drivers that load
or link to the plugin.")
set(program_summary "sets up and diagnoses integrated login to PostgreSQL")
set(program_text "Says step by step whether programs log in to a data source of ODBC, and if
not why, and what to do. It writes data sources, too.")
set(docs_summary "integrated login to PostgreSQL: documentation and examples")
set(docs_text "Guides that set the ODBC driver up, its keywords, what it can do, what
differs from psqlodbc, what is promised against whom, and an example of a
program that uses the plugin.")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # each has its own

include(${CMAKE_CURRENT_LIST_DIR}/${NEGODBC_PACKAGES}/packages.cmake)
include(CPack)

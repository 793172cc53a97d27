package dev.onchange.spring;

import java.security.Principal;
import org.springframework.security.core.Authentication;

/** The roles that Spring Security has granted; loaded only where it is there. */
final class GrantedRoles {

    /** As a servlet container is asked, and as {@code hasRole} compares. */
    private static final String PREFIX = "ROLE_";

    private GrantedRoles() {}

    static boolean has(Principal user, String role) {
        return user instanceof Authentication authentication
                && authentication.isAuthenticated()
                && authentication.getAuthorities().stream()
                        .anyMatch(granted -> (PREFIX + role).equals(granted.getAuthority()));
    }
}
